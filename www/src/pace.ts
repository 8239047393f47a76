/** Work in pieces: between two of them the browser draws and answers. */

declare global {
  /** Not everywhere, and not yet in TypeScript's declarations. */
  var scheduler: { yield?(): Promise<void> } | undefined;
}

/** What comes next runs in a task of its own. */
export function breath(): Promise<void> {
  return globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/** What comes next waits until there is nothing else to do, or for a while. */
export function idle(): Promise<void> {
  // Safari has no idle callbacks.
  return new Promise((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(() => resolve(), { timeout: 1000 }) : setTimeout(resolve, 50)));
}
