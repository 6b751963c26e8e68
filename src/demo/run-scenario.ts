import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cleanup } from './processes/cleanup.ts';
import { lastWords } from './processes/last-words.ts';
import { temporaryFolder } from './processes/temporary-folder.ts';
import { epochNow } from './epoch-now.ts';
import { Narrator } from './report/narrator.ts';
import { computeResult } from './report/compute-result.ts';
import type { Progress } from './report/progress.ts';
import type { ScenarioResult } from './report/scenario-result.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { lostWrites } from './target/lost-writes.ts';
import { rolloutName } from './tenants.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

/** Everything but the duration, which is known only at the very end. */
type Figures = Omit<ScenarioResult, 'durationMs'>;

export interface RunOptions {
  /** Epoch milliseconds; the figures count from here. */
  readonly startedAt: number;
  readonly progress: Progress;
  /** Ends the run before its time. */
  readonly signal: AbortSignal;
  /** Leaves data and logs behind. */
  readonly keep: boolean;
  /** Folder that the rollout's history is saved in; null for nowhere. */
  readonly histories: string | null;
}

const policy = new URL('./policy/', import.meta.url);
/** No scenario takes as long as this; what does has gone wrong. */
const deadlineMs = 240_000;
/** How long the load goes on after the end, so that what comes late would be seen. */
const afterglowMs = 2_000;

/** Runs one scenario from an empty folder to the check of every write, and leaves nothing behind. */
export async function runScenario(scenario: Scenario, run: RunOptions): Promise<ScenarioResult> {
  const { startedAt, progress, signal, keep } = run;
  const cleanup = new Cleanup();
  const ended = new AbortController();
  try {
    const folder = await openFolder(keep, progress, cleanup);
    const stop = AbortSignal.any([signal, ended.signal]);
    const options = { folder, signal: stop, ...narrated(progress) };
    const figures = await openAndPlay(scenario, options, run, cleanup).catch(
      async (failure: unknown) => {
        if (!signal.aborted) progress.say(await lastWords(folder));
        throw failure;
      },
    );
    return { ...figures, durationMs: await cleanedUp(cleanup, ended, startedAt) };
  } finally {
    ended.abort();
    await cleanup.run();
    progress.end();
  }
}

async function openFolder(keep: boolean, progress: Progress, cleanup: Cleanup): Promise<string> {
  const folder = await temporaryFolder(keep);
  if (keep) progress.say(`data and logs stay in ${folder.path}`);
  else cleanup.add(() => folder.remove());
  return folder.path;
}

/** Tells a person what is seen of the world. */
function narrated(progress: Progress): Pick<WorldOptions, 'onEvent' | 'onView' | 'onLoad'> {
  const narrator = new Narrator(progress);
  progress.event('starting PostgreSQL, Crossfade, two users services and their load');
  return {
    onEvent: (text) => progress.event(text),
    onView: (view) => narrator.view(view),
    onLoad: (load) => narrator.load(load),
  };
}

async function openAndPlay(
  scenario: Scenario,
  options: WorldOptions,
  run: RunOptions,
  cleanup: Cleanup,
): Promise<Figures> {
  const world = await World.open(options, cleanup);
  return Promise.race([play(scenario, world, run), world.failed, aborted(options.signal)]);
}

/** Rejects with the signal's reason; never resolves. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Everything is stopped before the duration is taken. */
async function cleanedUp(
  cleanup: Cleanup,
  ended: AbortController,
  startedAt: number,
): Promise<number> {
  ended.abort();
  await cleanup.run();
  return Math.round(epochNow() - startedAt);
}

async function play(
  scenario: Scenario,
  world: World,
  { startedAt, histories }: RunOptions,
): Promise<Figures> {
  const { signal } = world;
  if (scenario.faultFromStart !== undefined) await world.arm(scenario.faultFromStart);
  await world.beginLoad();
  await world.client.applyFolder(policy);
  await world.client.start(rolloutName);
  const disturbed = scenario.disturb(world);
  // A disturbance that waits for a step which never comes ends with the world; its failure counts.
  const failed = disturbed.then(() => new Promise<never>(() => undefined));
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  await Promise.race([world.watch.run(deadline).catch(unlessDeadline(signal)), failed]);
  const endedAt = epochNow();
  await sleep(afterglowMs, undefined, { signal });
  const load = await world.finishLoad();
  if (histories !== null) {
    await world.saveHistory(rolloutName, join(histories, `${scenario.name}.jsonl.gz`));
  }
  const rollout = await world.client.rollout(rolloutName);
  const isFilled = rollout.jobs.every(
    ({ kind, status }) => kind !== 'backfill' || status === 'done',
  );
  return computeResult({
    scenario: scenario.name,
    startedAt,
    endedAt,
    rollout,
    decisions: await world.client.decisions(rolloutName),
    services: await world.figures(),
    load,
    lost: await lostWrites(world.target.ownerUrl, load.expectations, isFilled),
    kills: world.kills,
  });
}

/** Past the deadline the figures are still told, with outcome `timeout`; an interruption goes on. */
function unlessDeadline(signal: AbortSignal): (reason: unknown) => null {
  return (reason) => {
    if (signal.aborted) throw reason;
    return null;
  };
}
