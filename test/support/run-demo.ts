import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';

/** What one command `npm run -s demo -- --scenario NAME --json` came to. */
export interface DemoRun {
  readonly status: number | null;
  readonly result: ScenarioResult;
  /** What it told people. */
  readonly told: string;
  /** Everything on stdout. */
  readonly printed: string;
}

/**
 * Runs the command as a person would, with further variables and options. Throws with all that it said when it
 * printed no figures.
 */
export async function runDemo(
  scenario: string,
  variables: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<DemoRun> {
  const command = ['run', '-s', 'demo', '--', '--scenario', scenario, '--json', ...more];
  const child = spawn('npm', command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [printed, told, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exit,
  ]);
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`demo ${scenario} printed no figures:\n${told}`);
  return { status, result: JSON.parse(last) as ScenarioResult, told, printed };
}

/** What a run that ended well came to. Throws with all that it said when it did not. */
export async function demoFigures(
  scenario: string,
  variables: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<ScenarioResult> {
  const { status, result, told } = await runDemo(scenario, variables, more);
  if (status !== 0)
    throw new Error(`demo ${scenario} ended with status ${String(status)}:\n${told}`);
  return result;
}
