import { writeFile } from 'node:fs/promises';
import { acceptancePage } from './acceptance-page.ts';
import { cloneFailures } from './clean-clone-section.ts';
import { asOrdinaryUser, asRoot, type CloneRun, mismatchDemo } from './clean-clone.ts';
import type { KillRun } from './kill-run.ts';
import { killFailures } from './kills-section.ts';
import { killRuns } from './kills.ts';
import { keepResult, keptResults } from './kept-results.ts';
import { runMutants } from './mutants.ts';
import { mutationFailures, type MutationRun } from './mutants-section.ts';
import type { Outcome } from './part-result.ts';
import { allParts, askedFor, type Part, programme } from './programme.ts';
import { repeat } from './repeat.ts';
import { sqlMutantFailures } from './sql-mutants-section.ts';
import { runSqlMutants } from './sql-mutants.ts';
import { targetKillRuns } from './target-kills.ts';
import { sumOfRounds, writerFailures, writerRounds } from './writer-rounds.ts';

const page = new URL('../../docs/acceptance.md', import.meta.url);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const run: Readonly<Record<Part, () => Promise<Outcome>>> = {
  healthy: () => repeat('healthy', 10, tell),
  errors: () => repeat('errors', 5, tell),
  latency: () => repeat('latency', 5, tell),
  mismatch: () => repeat('mismatch', 5, tell),
  crash: () => repeat('crash', 1, tell),
  outage: () => repeat('outage', 1, tell),
  kills: async () => ofKills(await killRuns(tell)),
  'target-kills': async () => ofKills(await targetKillRuns(tell)),
  writers: async () => {
    const rounds = await writerRounds(tell);
    return { findings: { writers: sumOfRounds(rounds) }, failures: writerFailures(rounds) };
  },
  mutants: async () => ofMutants(await runMutants('stryker.config.mjs', tell)),
  'schema-mutants': async () =>
    ofMutants(await runMutants('test/mutation/schema-migration.config.mjs', tell)),
  'sql-mutants': async () => {
    const sqlMutants = await runSqlMutants(tell);
    return { findings: { sqlMutants }, failures: sqlMutantFailures(sqlMutants) };
  },
  'clean-clone': async () => {
    const asked = ['npm ci', mismatchDemo];
    return ofClones([...(await asRoot(asked, tell)), ...(await asOrdinaryUser(asked, tell))]);
  },
  'clean-clone-test': async () => ofClones(await asOrdinaryUser(['npm ci', 'npm test'], tell)),
};

const { parts, list } = askedFor(process.argv.slice(2));
if (list) for (const part of allParts) tell(`${part.padEnd(17)} ${programme[part]}`);
for (const part of parts) {
  const began = performance.now();
  const outcome = await run[part]();
  keepResult(part, outcome, Math.round(performance.now() - began));
  await writePage();
  for (const failure of outcome.failures) tell(`NOT AS IT SHOULD: ${part}: ${failure}`);
  if (outcome.failures.length > 0) process.exitCode = 1;
}
if (!list) await writePage();

function writePage(): Promise<void> {
  return writeFile(page, acceptancePage(keptResults()));
}

function ofKills(kills: readonly KillRun[]): Outcome {
  return { findings: { kills }, failures: killFailures(kills) };
}

function ofMutants(mutants: MutationRun): Outcome {
  return { findings: { mutants }, failures: mutationFailures(mutants) };
}

function ofClones(clones: readonly CloneRun[]): Outcome {
  return { findings: { clones }, failures: cloneFailures(clones) };
}
