// What the statements so far have made, as far as later statements need it. It is a guess: a statement that the server refuses
// leaves it too rich, and a few more are refused for it.
import { Dice } from './dice.mjs';
import { freshName, quoted } from './names.mjs';

export class World {
  /** Relations: `{schema, name, kind, columns: [{name, type, …}], keys: [[column, …]], used}`. */
  relations = [];
  /** Types that the migrations made, as in types.mjs; those of `enums`, `composites` and `domains` again with schema and name. */
  types = [];
  enums = [];
  composites = [];
  domains = [];
  /** Functions: `{schema, name, args, callable, columns}`; `columns` of those that a FROM can read. */
  functions = [];
  statements = [];
  #taken = new Map();

  constructor(seed) {
    this.dice = new Dice(seed);
    const others = this.dice.shuffled(['api', 'private', 'app_data', 'Odd Schema', 'zoo']).slice(0, this.dice.range(1, 2));
    this.schemas = ['public', ...others];
  }

  /** Where the next object goes: mostly public. */
  schema() {
    return this.dice.chance(0.75) ? 'public' : this.dice.pick(this.schemas);
  }

  /** The names in use in a schema (relations, types and functions together: simpler, and stricter than need be). */
  taken(schema) {
    if (!this.#taken.has(schema)) this.#taken.set(schema, new Set());
    return this.#taken.get(schema);
  }

  fresh(schema, options) {
    return freshName(this.dice, this.taken(schema), options);
  }

  /** An object's name in SQL; public is often left to the search path. */
  ref({ schema, name }) {
    const bare = schema === 'public' && this.dice.chance(0.5);
    return bare ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
  }

  add(sql) {
    this.statements.push(`${sql};`);
  }

  tables(...kinds) {
    return this.relations.filter(({ kind }) => kinds.includes(kind));
  }
}
