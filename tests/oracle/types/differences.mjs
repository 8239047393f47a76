// How two texts differ.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** The lines of a unified diff, without its head; none when the texts are the same. */
export function differences(wanted, got, { context = 3 } = {}) {
  if (wanted === got) return [];
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-diff-'));
  try {
    fs.writeFileSync(path.join(work, 'wanted'), wanted);
    fs.writeFileSync(path.join(work, 'got'), got);
    const run = spawnSync('diff', [`-U${context}`, 'wanted', 'got'], { cwd: work, encoding: 'utf8', maxBuffer: 1 << 30 });
    return run.stdout.split('\n').slice(2, -1);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** How many of a diff's lines are missing or too many. */
export function changed(lines) {
  return lines.filter((line) => /^[-+]/.test(line)).length;
}
