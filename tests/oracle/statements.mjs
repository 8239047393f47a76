// Where statements begin. The server's errors name the line of the statement's `;`, people look for its first line.

/** One token of SQL, as far as it matters to finding semicolons. */
const TOKEN = /--[^\n]*|\/\*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[\w]+|\s+|[\s\S]/gy;

/** Maps the line of each statement's `;` to the line of its first token, from 1. */
export function statementLines(sql) {
  const lines = new Map();
  let line = 1;
  let first = null;
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === '/*') throw new Error(`line ${line}: block comments are not read here`);
    if (!/^(?:\s|--)/.test(token)) first ??= line;
    line += token.split('\n').length - 1;
    if (token === ';') {
      if (lines.has(line)) throw new Error(`line ${line}: two statements end here`);
      lines.set(line, first);
      first = null;
    }
  }
  if (first !== null) throw new Error(`line ${first}: a statement without its semicolon`);
  return lines;
}
