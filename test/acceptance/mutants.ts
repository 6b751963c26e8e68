import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type MutationReport, type MutationRun, mutationRun } from './mutants-section.ts';

/** Where the configurations have the report written. */
const reportFile = join('node_modules', '.cache', 'mutants.json');
const stryker = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

/**
 * Runs every mutant that a configuration of Stryker names. A score that is too low is no reason to stop: the page
 * says so.
 */
export async function runMutants(
  configuration: string,
  tell: (line: string) => void,
): Promise<MutationRun> {
  const command = [stryker, 'run', configuration];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('Mutation testing')) tell(line);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const text = await readFile(reportFile, 'utf8');
  const report = JSON.parse(text) as MutationReport;
  if (code === null) throw new Error('the mutation run was stopped');
  return mutationRun(report);
}
