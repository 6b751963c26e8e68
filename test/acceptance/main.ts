import { writeFile } from 'node:fs/promises';
import { machine } from '../support/machine.ts';
import { acceptancePage } from './acceptance-page.ts';
import { asOrdinaryUser, asRoot, mismatchDemo } from './clean-clone.ts';
import { killFailures } from './kills-section.ts';
import { killRuns } from './kills.ts';
import { KeptResults, type PartResult } from './kept-results.ts';
import { allParts, chosenParts, type Part, scenarios } from './programme.ts';
import { runMutants } from './mutants.ts';
import { mutationFailures } from './mutants-section.ts';
import { repeat } from './repeat.ts';
import { targetKillRuns } from './target-kills.ts';
import { writerFailures, writerRounds } from './writer-rounds.ts';

const page = new URL('../../docs/acceptance.md', import.meta.url);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const kept = new KeptResults();

for (const part of chosenParts(process.argv.slice(2))) await kept.keep(await resultOf(part));

const results = await kept.all();
const shown = allParts.flatMap((part) => results.filter((result) => result.part === part));
const repeated = shown.flatMap((result) => result.repeated);
const clones = shown.flatMap((result) => result.clones);
const kills = shown.flatMap((result) => result.kills);
const targetKills = shown.flatMap((result) => result.targetKills);
const writers = shown.flatMap((result) => result.writers);
const mutants = shown.flatMap((result) => result.mutants);
const failures = [
  ...repeated.flatMap(({ failures: listed }) => listed),
  ...killFailures([...kills, ...targetKills]),
  ...writerFailures(writers),
  ...mutationFailures(mutants),
  ...clones.flatMap(({ succeeded, who, command, lastLine }) =>
    succeeded ? [] : [`${command} as ${who} failed: ${lastLine}`],
  ),
];
// A page that shows a part of the acceptance would read as if the rest had not been shown.
if (shown.length === allParts.length) {
  await writeFile(
    page,
    acceptancePage(
      { repeated, clones, kills, targetKills, writers, mutants, failures },
      new Date(),
      machine(),
    ),
  );
}
for (const failure of failures) tell(`NOT AS IT SHOULD: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function resultOf(part: Part): Promise<PartResult> {
  const nothing = {
    repeated: [],
    clones: [],
    kills: [],
    targetKills: [],
    writers: [],
    mutants: [],
  };
  const none = { part, ...nothing };
  if (part === 'target-kills') return { ...none, targetKills: await targetKillRuns(tell) };
  if (part === 'writers') return { ...none, writers: await writerRounds(tell) };
  if (part === 'mutants') return { ...none, mutants: [await runMutants(tell)] };
  if (part === 'kills') return { ...none, kills: await killRuns(tell) };
  if (part === 'clean-clone') {
    const asked = ['npm ci', mismatchDemo];
    const clones = [...(await asRoot(asked, tell)), ...(await asOrdinaryUser(asked, tell))];
    return { ...none, clones };
  }
  if (part === 'clean-clone-test') {
    return { ...none, clones: await asOrdinaryUser(['npm ci', 'npm test'], tell) };
  }
  const times = scenarios.find(({ name }) => name === part)?.times ?? 1;
  return { ...none, repeated: [await repeat(part, times, tell)] };
}
