// Stands for Supabase's runtime, which says where a function listens: deno-serve.ts FUNCTION PORT.
const [file, port] = Deno.args;
const { serve } = Deno;
Object.defineProperty(Deno, 'serve', { value: (handler: Deno.ServeHandler) => serve({ hostname: '127.0.0.1', port: Number(port) }, handler) });
await import(`file://${file}`);
