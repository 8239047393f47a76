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

/** What comes next waits until the page has been drawn as it came from the server. */
export function drawn(): Promise<void> {
  // A page in the background is not drawn.
  if (document.hidden || performance.getEntriesByName('first-contentful-paint').length > 0) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
