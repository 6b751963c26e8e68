import { mkdir } from 'node:fs/promises';
import { readArguments, usage } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { epochNow } from './epoch-now.ts';
import { Progress } from './report/progress.ts';
import type { ScenarioResult } from './report/scenario-result.ts';
import { summary } from './report/summary.ts';
import { sweepLeftovers } from './processes/leftovers.ts';
import { outlivingWorld } from './world.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenarios/scenario.ts';

const interruptedStatus = 130;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
  }
  try {
    const read = readArguments(argv);
    if (read === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    return await show(read, interrupted.signal);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`demo: ${message}\n`);
    return interrupted.signal.aborted ? interruptedStatus : 1;
  }
}

/** Runs what was chosen, one after the other; 0 when each ended as it should. */
async function show(read: Arguments, signal: AbortSignal): Promise<number> {
  const { chosen, json, keep, histories } = read;
  const results: ScenarioResult[] = [];
  // First of all: a folder that cannot be made should not cost a whole run.
  if (histories !== null) await mkdir(histories, { recursive: true });
  for (const line of await sweepLeftovers(outlivingWorld)) process.stderr.write(`${line}\n`);
  let complaints = 0;
  // The first scenario's time counts from the command's start, a later one's from its own.
  let startedAt = performance.timeOrigin;
  for (const scenario of chosen) {
    const progress = new Progress(json ? process.stderr : process.stdout, startedAt, epochNow);
    progress.say(`${scenario.name}: ${scenario.about}`);
    const result = await runScenario(scenario, { startedAt, progress, signal, keep, histories });
    results.push(result);
    complaints += complain(scenario, result, progress);
    startedAt = epochNow();
  }
  if (json) for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write(`\n${summary(results)}\n`);
  return complaints === 0 ? 0 : 1;
}

function complain(scenario: Scenario, result: ScenarioResult, progress: Progress): number {
  const complaints = scenario.complaints(result);
  for (const complaint of complaints)
    progress.say(`${scenario.name}: NOT AS IT SHOULD: ${complaint}`);
  progress.say('');
  return complaints.length;
}
