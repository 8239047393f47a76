/** What is used of bundle.js, which `node edge/build.mjs` makes. */
export const engine: { init(source: BufferSource | Response): Promise<void> };
export function createHandler(deployment: {
  engine: typeof engine;
  env: Record<string, string | undefined>;
  migrations: unknown;
}): (request: Request) => Promise<Response>;
