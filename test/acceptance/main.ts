import { writeFile } from 'node:fs/promises';
import { machine } from '../support/machine.ts';
import { acceptancePage } from './acceptance-page.ts';
import type { Repeated } from './acceptance-page.ts';
import { asOrdinaryUser, asRoot, mismatchDemo } from './clean-clone.ts';
import type { CloneRun } from './clean-clone.ts';
import { allParts, chosenParts, scenarios } from './programme.ts';
import { repeat } from './repeat.ts';

const page = new URL('../../docs/acceptance.md', import.meta.url);
const parts = chosenParts(process.argv.slice(2));
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const repeated: Repeated[] = [];
for (const { name, times } of scenarios) {
  if (parts.includes(name)) repeated.push(await repeat(name, times, tell));
}
const clones: CloneRun[] = [];
if (parts.includes('clean-clone')) {
  clones.push(...(await asRoot(['npm ci', mismatchDemo], tell)));
  clones.push(...(await asOrdinaryUser(['npm ci', mismatchDemo], tell)));
}
if (parts.includes('clean-clone-test')) {
  clones.push(...(await asOrdinaryUser(['npm ci', 'npm test'], tell)));
}

const failures = [
  ...repeated.flatMap(({ failures: listed }) => listed),
  ...clones.flatMap(({ succeeded, who, command, lastLine }) =>
    succeeded ? [] : [`${command} as ${who} failed: ${lastLine}`],
  ),
];
// A page that shows a part of the acceptance would read as if the rest had not been shown.
if (parts.length === allParts.length) {
  await writeFile(page, acceptancePage({ repeated, clones, failures }, new Date(), machine()));
}
for (const failure of failures) tell(`NOT AS IT SHOULD: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
