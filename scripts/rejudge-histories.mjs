// After a rise of the judge's or of decide's version: judges the recorded histories anew, where
// nothing else is decided than before. Where something else is, the tick is named and the file
// stays as it is, to be recorded anew or removed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeLine } from '../src/core/rollout/history-lines.ts';
import { recordedHistories, rejudged } from '../test/support/recorded-histories.ts';

const folder = 'test/fixtures/histories';

for (const { name, lines, otherVersions } of recordedHistories(folder)) {
  if (otherVersions.length === 0) continue;
  try {
    const text = rejudged(lines)
      .map((line) => `${writeLine(line)}\n`)
      .join('');
    writeFileSync(join(folder, `${name}.jsonl.gz`), gzipSync(text, { level: 9 }));
    process.stdout.write(`${name}: judged anew\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`${name}: ${error.message}\n`);
  }
}
