/**
 * What the page may do: run its own scripts and the validator's WebAssembly, and load its own files. It can send nothing anywhere.
 * It stands in the built index.html. A server that can should send it as a header too: only a header reaches the worker.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
