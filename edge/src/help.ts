export const help = (version: string): string => `pgdry ${version}: proves PostgreSQL and Supabase migrations before any database sees them

POST /check      the report on migrations: 200, or 422 when a finding reaches failOn
POST /types      the types of the schema that they leave
POST /on-upload  for Supabase Storage's webhooks: checks an object and writes NAME.report.json beside it
GET  /healthz    version, uptime, and the state of the migrations that were deployed with this server

Bodies: application/json {"files": [{"path": "…", "text": "…"}], "config": {…}, "failOn": "error"}, multipart/form-data (files, and a field
"config"), text/plain (one SQL text, ?name=…), application/zip or application/gzip (a zip or tar.gz of a folder).
Accept: application/json, application/sarif+json, text/markdown, text/plain. ?failOn=error|warning|info|never
What is wrong with a request is said as application/problem+json.
`;
