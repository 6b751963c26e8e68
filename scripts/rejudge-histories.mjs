// After a rise of the judge's or of decide's version: judges the recorded histories anew, where
// nothing else is decided than before. Where something else is, the tick is named and the file
// stays as it is, to be recorded anew or removed.
import {
  historiesFolder,
  recordedHistories,
  rejudged,
  saveHistory,
} from '../test/support/recorded-histories.ts';

for (const { name, lines, otherVersions } of recordedHistories(historiesFolder)) {
  if (otherVersions.length === 0) continue;
  try {
    saveHistory(historiesFolder, name, rejudged(lines));
    process.stdout.write(`${name}: judged anew\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`${name}: ${error.message}\n`);
  }
}
