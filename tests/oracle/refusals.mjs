// What the server refused beside what pgdry says that it would refuse.
import * as path from 'node:path';

/** Errors that come from rows or from code that runs (22 data, 23 constraint on rows, RAISE), and 25P02, an earlier error's echo. */
const NOT_JUDGED = /^(?:22...|23...|P0001|25P02)$/;

/** `[{file, line, sqlstate, message}]` of a server → `file sqlstate`, sorted. */
export function serverRefusals(errors) {
  return errors
    .filter((error) => !NOT_JUDGED.test(error.sqlstate))
    .map((error) => `${error.file} ${error.sqlstate}`)
    .sort();
}

/** A report of `pgdry check --format json` → `file sqlstate`, sorted. */
export function reportRefusals(report) {
  return report.findings
    .filter((finding) => finding.sqlstate !== undefined && !NOT_JUDGED.test(finding.sqlstate))
    .map((finding) => `${path.basename(finding.file)} ${finding.sqlstate}`)
    .sort();
}

/** The same for one file, with the line where the statement ends and the message: `line sqlstate message`. */
export function serverRefusalsInFull(errors) {
  return errors
    .filter((error) => !NOT_JUDGED.test(error.sqlstate))
    .map((error) => `${error.line} ${error.sqlstate} ${error.message}`)
    .sort();
}

export function reportRefusalsInFull(report) {
  return report.findings
    .filter((finding) => finding.sqlstate !== undefined && !NOT_JUDGED.test(finding.sqlstate))
    .map((finding) => `${finding.statement.end.line} ${finding.sqlstate} ${finding.message}`)
    .sort();
}

/** Two sorted lists as multisets: `{missed, invented}`: what only the server, and what only pgdry says. */
export function difference(server, report) {
  const left = [...report];
  const missed = server.filter((entry) => {
    const at = left.indexOf(entry);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { missed, invented: left };
}
