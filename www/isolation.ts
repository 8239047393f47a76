/** The headers that make a page cross-origin isolated. The service worker sends them where the server does not. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
