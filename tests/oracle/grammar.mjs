// PostgreSQL's own grammar (npm libpg-query) as the judge of what pgdry parses.
import { loadModule, parsePlPgSQLSync, parseSync, scanSync } from 'libpg-query';

await loadModule();

const SEMICOLON = 59;

/**
 * What PostgreSQL says of a text: `{trees, error}`, one of them null. `trees` are its statements as libpg_query prints them,
 * `error` is `{message, offset}` in bytes.
 */
export function judge(sql) {
  try {
    return { trees: parseSync(sql).stmts ?? [], error: null };
  } catch (error) {
    const characters = error.sqlDetails?.cursorPosition ?? 0;
    return { trees: null, error: { message: error.message, offset: bytesOf(sql, characters) } };
  }
}

/** The bytes of a text's first characters: PostgreSQL's error positions count code points. */
function bytesOf(text, characters) {
  let index = 0;
  for (let i = 0; i < characters && index < text.length; i++) index += text.codePointAt(index) > 0xffff ? 2 : 1;
  return Buffer.byteLength(text.slice(0, index));
}

/** libpg_query's name for what a statement is, as `CreateStmt`. */
export function kindOf(tree) {
  return Object.keys(tree.stmt)[0];
}

/** A text's tokens without its comments, `{start, end, type, text}` in bytes, or null when PostgreSQL's scanner refuses it. */
export function tokens(text) {
  const bytes = Buffer.from(text);
  try {
    return scanSync(text)
      .tokens.map(({ start, end, tokenType }) => ({ start, end, type: tokenType, text: bytes.toString('utf8', start, end) }))
      .filter((token) => !token.text.startsWith('--') && !token.text.startsWith('/*'));
  } catch {
    return null;
  }
}

/**
 * The statements of a text as PostgreSQL cuts it, `[{start, end, sql, tree, error}]`: first to last token, in bytes. Where the whole
 * text parses the cuts are the parser's own; else they are made at each `;` that its scanner sees outside parentheses and
 * BEGIN ATOMIC … END, and each statement is judged alone. null when the scanner refuses the text.
 */
export function statementsOf(text) {
  if (text.trim() === '') return []; // libpg_query refuses to read nothing
  const all = tokens(text);
  if (all === null) return null;
  const bytes = Buffer.from(text);
  const whole = judge(text);
  if (whole.trees === null) {
    return cut(all).map(({ start, end }) => {
      const sql = bytes.toString('utf8', start, end);
      const { trees, error } = judge(sql);
      return { start, end, sql, tree: trees?.[0] ?? null, error };
    });
  }
  let at = 0;
  return whole.trees.map((tree) => {
    const from = tree.stmt_location ?? 0;
    const to = tree.stmt_len ? from + tree.stmt_len : bytes.length;
    while (all[at].start < from) at++;
    const { start } = all[at];
    while (at < all.length && all[at].end <= to) at++;
    const { end } = all[at - 1];
    return { start, end, sql: bytes.toString('utf8', start, end), tree, error: null };
  });
}

function cut(tokens) {
  const statements = [];
  let open = null;
  let parentheses = 0;
  let atomic = 0;
  let previous = '';
  for (const { start, end, type, text } of tokens) {
    const word = text.toLowerCase();
    if (word === '(') parentheses++;
    if (word === ')') parentheses--;
    if (previous === 'begin' && word === 'atomic') atomic = 1;
    else if (atomic > 0 && word === 'case') atomic++;
    else if (atomic > 0 && word === 'end') atomic--;
    if (type === SEMICOLON && parentheses <= 0 && atomic === 0) {
      if (open !== null) statements.push(open);
      open = null;
      parentheses = 0;
    } else if (open === null) {
      open = { start, end };
    } else {
      open.end = end;
    }
    previous = word;
  }
  if (open !== null) statements.push(open);
  return statements;
}

const PSQL_TOKEN = /--[^\n]*|[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|\\[^\s\\]*|\w+|[\s\S]/gy;

/**
 * A psql script without what only psql reads: its commands, and the data of COPY … FROM stdin. Blanks take their place, or a `;` that
 * of a command that sends the statement (`\gset`). A byte order mark is left out.
 */
export function withoutPsql(script) {
  const text = script.replace(/^\ufeff/, '');
  const token = new RegExp(PSQL_TOKEN);
  let out = '';
  let statement = '';
  let comment = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const here = text.startsWith('/*', at) ? '/*' : comment > 0 && text.startsWith('*/', at) ? '*/' : null;
    if (here !== null || comment > 0) {
      const piece = here ?? text[at];
      comment += piece === '/*' ? 1 : piece === '*/' ? -1 : 0;
      out += piece;
      token.lastIndex = at + piece.length;
      continue;
    }
    const [piece] = token.exec(text);
    if (piece.startsWith('\\')) {
      const lineEnd = (text.slice(at).match(/\n/)?.index ?? text.length - at) + at;
      const separator = piece.startsWith('\\;');
      const sends = separator || /^\\(?:g|gx|gset|gexec|gdesc|bind|bind_named|parse|crosstabview|watch)\b/.test(piece);
      const end = separator ? at + 2 : lineEnd;
      out += (sends ? ';' : ' ') + ' '.repeat(end - at - 1);
      token.lastIndex = end;
      if (sends) statement = '';
      continue;
    }
    out += piece;
    if (piece !== ';') {
      if (!piece.startsWith('--')) statement += /^\w+$/.test(piece) ? piece.toLowerCase() : piece.slice(0, 1);
      continue;
    }
    const data = /^\s*copy\b[\s\S]*\bfrom\s+stdin\b/.test(statement) && /[^\n]*\n(?:[^]*?\n)??\\\.[^\n]*/y;
    statement = '';
    if (!data) continue;
    data.lastIndex = token.lastIndex;
    const found = data.exec(text);
    if (found === null) continue;
    out += found[0].replace(/[^\n]/g, ' ');
    token.lastIndex = data.lastIndex;
  }
  return out;
}

/** The body that a CREATE FUNCTION or DO statement holds as a string, `{language, text}`, or null. */
export function bodyOf(tree) {
  const { CreateFunctionStmt: created, DoStmt: block } = tree.stmt;
  const options = (created?.options ?? block?.args ?? []).map(({ DefElem }) => DefElem);
  const strings = options.find(({ defname }) => defname === 'as')?.arg;
  if (strings?.List?.items.length > 1) return null; // a library's file and symbol
  const text = (strings?.List?.items[0] ?? strings)?.String?.sval;
  if (text === undefined) return null;
  const language = options.find(({ defname }) => defname === 'language')?.arg.String.sval ?? (block ? 'plpgsql' : 'sql');
  return { language: language.toLowerCase(), text };
}

/**
 * What libpg_query says of a body and a server does not: it takes every type that is not built in for a row, and a server's CREATE
 * FUNCTION refuses parameters of one name, or of a trigger function, before it reads the body.
 */
const NOT_A_SERVER =
  /^(?:"[^"]*\.[^"]*" is not a known variable|".*" is not a scalar variable|record variable cannot be part of multiple-item INTO list|PL\/pgSQL functions cannot return type .*|Not implemented.*|parameter name ".*" used more than once|(?:event )?trigger functions cannot have declared arguments)$/;

/**
 * What PostgreSQL says of the body in a CREATE FUNCTION or DO statement: null when it accepts, else its message; undefined when
 * only a server can tell.
 */
export function judgeBody(sql, { language, text }) {
  if (language === 'sql') return text.trim() === '' ? null : (judge(text).error?.message ?? null);
  try {
    parsePlPgSQLSync(sql);
    return null;
  } catch (error) {
    return NOT_A_SERVER.test(error.message) ? undefined : error.message;
  }
}
