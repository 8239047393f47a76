/** Registers the service worker once the page is there, so that it takes nothing from the first visit. */

/** Where the site begins: its manifest lies there. */
const root = new URL('.', document.querySelector<HTMLLinkElement>('link[rel="manifest"]')!.href);

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  const register = (): void => {
    navigator.serviceWorker.register(new URL('sw.js', root), { scope: root.pathname }).catch((error: unknown) => {
      // Without one the site works as before, but for a visit without a network.
      console.info('No service worker:', error);
    });
  };
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}
