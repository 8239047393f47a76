/** How the server is, and the migrations that were bundled when it was deployed: whether they keep their contract, and which tables have no RLS. */

import type { Config, Report, Schema, Summary } from 'pgdry';
import { hourAfter, type Engine } from './check.ts';
import type { SourceText } from './upload.ts';

/** What `edge/bundle.mjs` writes. */
export interface Migrations {
  files: SourceText[];
  config: Partial<Config>;
}

interface State {
  summary: Summary;
  newest: string;
  contract: { state: 'kept' | 'broken' | 'none'; findings: { rule: string; message: string; object: string | null }[] };
  rls: { state: 'on' | 'off'; tables: number; without: string[]; withoutPolicies: string[] };
}

const DEFAULT_EXPOSED = ['public', 'graphql_public'];

function stateOf(migrations: Migrations, report: Report, schema: Schema): State {
  const exposed = migrations.config.exposed_schemas ?? DEFAULT_EXPOSED;
  const tables = schema.schemas
    .filter(({ name }) => exposed.includes(name))
    .flatMap(({ name, tables: inside }) => inside.map((table) => ({ ...table, name: `${name}.${table.name}` })));
  const findings = report.findings.filter(({ rule }) => rule.startsWith('contract/')).map(({ rule, message, object }) => ({ rule, message, object }));
  const without = tables.filter((table) => !table.row_security).map(({ name }) => name);
  const withoutPolicies = tables.filter((table) => table.row_security && table.policies.length === 0).map(({ name }) => name);
  return {
    summary: report.summary,
    newest: migrations.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).sort().at(-1) ?? '',
    contract: { state: migrations.config.contract === undefined ? 'none' : findings.length > 0 ? 'broken' : 'kept', findings },
    rls: { state: without.length > 0 ? 'off' : 'on', tables: tables.length, without, withoutPolicies },
  };
}

export class Health {
  readonly #engine: Engine;
  readonly #migrations: Migrations | undefined;
  #state: State | undefined;
  /** Of the first request: on Cloudflare the clock stands at 0 before. */
  #since: number | undefined;

  constructor(engine: Engine, migrations: Migrations | undefined) {
    this.#engine = engine;
    this.#migrations = migrations;
  }

  begin(): void {
    this.#since ??= Date.now();
  }

  /** Names of tables, and what is wrong with them, are for those who may call; the rest is for every load balancer. */
  answer(authorized: boolean): Response {
    const state = this.#migrations && (this.#state ??= this.#check(this.#migrations));
    const ok = state === undefined || (state.contract.state !== 'broken' && state.rls.state === 'on');
    const brief = state && { files: state.summary.files, newest: state.newest, contract: { state: state.contract.state }, rls: { state: state.rls.state } };
    return Response.json({
      status: ok ? 'ok' : 'failing',
      version: this.#engine.version(),
      uptimeSeconds: Math.floor((Date.now() - (this.#since ?? Date.now())) / 1000),
      ...(authorized && { memoryBytes: this.#engine.memory() }),
      migrations: (authorized ? state : brief) ?? null,
    });
  }
  /** Once: they stay what they are until the next deployment, and are as large as they are. */
  #check(migrations: Migrations): State {
    const validator = new this.#engine.Validator({ now: hourAfter(new Date()), ...migrations.config });
    try {
      for (const { path, text } of migrations.files) validator.setFile(path, text);
      return stateOf(migrations, validator.check(), validator.schema());
    } finally {
      validator.free();
    }
  }
}
