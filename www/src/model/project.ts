/** A set of migrations with its configuration. Values never change: an edit gives a new Project that shares the rest. */

import type { Config, SourceText } from '../protocol';

let projects = 0;

export class Project {
  private constructor(
    /** Stays the same through edits. */
    readonly id: number,
    readonly name: string,
    readonly config: Partial<Config>,
    readonly files: ReadonlyMap<string, string>,
    /** In the order in which they are replayed. The same array as long as no file comes or goes. */
    readonly paths: readonly string[],
  ) {}

  static of(name: string, files: Iterable<SourceText>, config: Partial<Config> = {}): Project {
    const texts = new Map([...files].map(([path, text]) => [path, withNewlines(text)]));
    return new Project(++projects, name, config, texts, inOrder(texts.keys()));
  }

  with(path: string, text: string): Project {
    return this.withAll([[path, text]]);
  }

  withAll(added: Iterable<SourceText>): Project {
    const files = new Map(this.files);
    for (const [path, text] of added) files.set(path, withNewlines(text));
    const paths = files.size === this.files.size ? this.paths : inOrder(files.keys());
    return new Project(this.id, this.name, this.config, files, paths);
  }

  without(path: string): Project {
    const files = new Map(this.files);
    files.delete(path);
    return new Project(this.id, this.name, this.config, files, inOrder(files.keys()));
  }

  withConfig(config: Partial<Config>): Project {
    return new Project(this.id, this.name, config, this.files, this.paths);
  }

  named(name: string): Project {
    return new Project(this.id, name, this.config, this.files, this.paths);
  }

  /** The file that is replayed before this one. */
  before(path: string): string | undefined {
    return this.paths[this.paths.indexOf(path) - 1];
  }

  renamed(from: string, to: string): Project {
    const text = this.files.get(from);
    return text === undefined ? this : this.without(from).with(to, text);
  }

  /** The file to open after this one is gone. */
  neighbour(path: string): string | undefined {
    const at = this.paths.indexOf(path);
    return this.paths[at + 1] ?? this.paths[at - 1];
  }
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The editor counts a line break as one character; the validator must see what the editor has. */
function withNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** As the validator replays: by the bytes of the file name, then of the path. */
function inOrder(paths: Iterable<string>): string[] {
  return [...paths].sort((a, b) => byBytes(fileName(a), fileName(b)) || byBytes(a, b));
}

/** UTF-8's order is that of the code points; UTF-16's differs beyond the first 65,536, whose units (surrogates) come before U+E000. */
function byBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
