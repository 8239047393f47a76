/**
 * A place in memory that the page and the worker share: what the worker puts there, the page can take while messages have to wait until the frame of a key
 * is drawn. There is such memory only where the page is cross-origin isolated.
 */

/** Room for the findings of one file; what is larger comes as a message. */
const SIZE = 512 * 1024;
const HEAD = 8;

export const newSlot = (): SharedArrayBuffer | undefined => (globalThis.crossOriginIsolated ? new SharedArrayBuffer(HEAD + SIZE) : undefined);

export class Slot {
  /** How often something was put, twice: odd while it is being written. Then its length in bytes. */
  private readonly head: Int32Array;
  private readonly bytes: Uint8Array;
  private seen = 0;

  constructor(memory: SharedArrayBuffer) {
    this.head = new Int32Array(memory, 0, 2);
    this.bytes = new Uint8Array(memory, HEAD);
  }

  /** Puts a value in the place of the one before, unless it is too large. */
  put(value: unknown): boolean {
    const text = new TextEncoder().encode(JSON.stringify(value));
    if (text.length > this.bytes.length) return false;
    Atomics.add(this.head, 0, 1);
    Atomics.store(this.head, 1, text.length);
    this.bytes.set(text);
    Atomics.add(this.head, 0, 1);
    return true;
  }

  /** The value that was put last, once. */
  take<T>(): T | undefined {
    const count = Atomics.load(this.head, 0);
    if (count === this.seen || count % 2 === 1) return undefined;
    const text = this.bytes.slice(0, Atomics.load(this.head, 1));
    // Another one came meanwhile.
    if (Atomics.load(this.head, 0) !== count) return undefined;
    this.seen = count;
    return JSON.parse(new TextDecoder().decode(text)) as T;
  }
}
