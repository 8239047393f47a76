/** Whether somebody is there. What is only worked with, and not read, runs from then on: a page that is only looked at does not pay for it. */

const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'focusin', 'dragenter', 'change', 'paste'] as const;

/** Resolves when the page is touched in any way for the first time. */
export const touched = new Promise<void>((resolve) => {
  const seen = new AbortController();
  const touch = (): void => {
    seen.abort();
    resolve();
  };
  for (const sign of signs) addEventListener(sign, touch, { capture: true, passive: true, signal: seen.signal });
});
