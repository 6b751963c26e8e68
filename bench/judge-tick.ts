import type { EvidenceTick, TickLatency } from '../src/core/judge/evidence-tick.ts';
import type { JudgeConfig } from '../src/core/judge/judge-config.ts';
import { beforeExposure, type JudgeStep } from '../src/core/judge/judge-step.ts';
import {
  beginJudge,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../src/core/judge/judge.ts';
import { trimmed } from '../src/core/histogram/bucket-counts.ts';
import { rampGroupEnds } from '../src/core/cohort/ramp-group.ts';
import { Durations, firstBucket, usualPace } from './judge/durations.ts';
import { benchConfig } from './judge/policy.ts';
import { Random } from '../src/core/simulation/random.ts';
import { poisson } from '../src/core/simulation/samplers.ts';
import { type BenchOptions, type BenchReport, type Row, type Spread, spreadOf } from './report.ts';

const rollouts = 1_000;
const historyTicks = 120;
const liveTicks = 60;
const requestsPerUnit = 5;

/**
 * What judging costs: one tick of evidence into the memory of each of 1,000 rollouts with four guards,
 * and their verdicts. In production the memory comes from a database, so writing and reading it as
 * JSON stands beside.
 */
export async function benchJudgeTick({ full }: BenchOptions): Promise<BenchReport> {
  const samples = full ? 10 : 3;
  const sizes = full ? [200, 500, 1_000, 2_000, 5_000, 10_000] : [200, 1_000, 10_000];
  const rows = sizes.flatMap((units) => benchUnits(units, samples));
  return { bench: 'judge-tick', rows };
}

function benchUnits(units: number, samples: number): readonly Row[] {
  const random = new Random(units);
  const config = fourGuards();
  const state = rollOut(config, units, random);
  // Many units: fewer rollouts are measured, and the figure is scaled up.
  const measured = Math.max(5, Math.min(rollouts, Math.floor((200 * rollouts) / units)));
  const text = JSON.stringify(state);
  const states = Array.from({ length: measured }, () => JSON.parse(text) as JudgeState);
  const tick = drawTick(historyTicks + liveTicks + 1, units, 0.5, random);
  const step = liveStep;
  const judging: number[] = [];
  const carrying: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    judging.push(
      timed(states, measured, (known) => {
        measureGuards(observeTick(known, config, tick, step), config, step, tick.at);
      }),
    );
    carrying.push(timed(states, measured, (known) => JSON.parse(JSON.stringify(known))));
  }
  const name = `1,000 rollouts × 4 guards × ${units.toLocaleString('en')} units`;
  return [
    row(name, spreadOf(judging)),
    row(
      `${name}: state as JSON, written and read (${Math.ceil(text.length / 1024)} KiB)`,
      spreadOf(carrying),
    ),
  ];
}

function row(name: string, ours: Spread): Row {
  return { case: name, unit: 'ms', ours, peers: {}, ratio: null };
}

/**
 * Milliseconds of processor time for all rollouts, extrapolated from those that are measured. Time on
 * the clock would measure the neighbours on the machine too.
 */
function timed(
  states: readonly JudgeState[],
  measured: number,
  work: (state: JudgeState) => void,
): number {
  const began = process.cpuUsage();
  for (const state of states) work(state);
  const { user, system } = process.cpuUsage(began);
  return (((user + system) / 1_000) * rollouts) / measured;
}

/** The three guards of a policy without any words, and a stricter one for errors. */
function fourGuards(): JudgeConfig {
  const config = benchConfig('unit', 60_000);
  const strict = {
    name: 'strict',
    compare: 'errors',
    tolerate: { ratio: 1, add: 0.0002 },
  } as const;
  return { ...config, guards: [...config.guards, strict] };
}

const liveStep: JudgeStep = {
  ...beforeExposure,
  index: 1,
  mode: 'compared',
  share: 50,
  require: 'proven',
  sinceRevision: 2,
};

/** The judge's memory after a history and a minute with two cohorts. */
function rollOut(config: JudgeConfig, units: number, random: Random): JudgeState {
  let state = beginJudge(config);
  for (let tick = 1; tick <= historyTicks + liveTicks; tick += 1) {
    const isLive = tick > historyTicks;
    const evidence = drawTick(tick, units, isLive ? 0.5 : 0, random);
    state = observeTick(state, config, evidence, isLive ? liveStep : beforeExposure);
  }
  return state;
}

function drawTick(tick: number, units: number, share: number, random: Random): EvidenceTick {
  const names = Array.from({ length: units }, (_, unit) => `tenant-${unit}`);
  const isNew = (unit: number): boolean => unit < share * units;
  return {
    at: 1_000 * tick,
    revision: share > 0 ? 2 : 1,
    seconds: 1,
    units: names.map((unit, index) => ({
      unit,
      cohort: isNew(index) ? 'canary' : 'baseline',
      requests: 1 + poisson(random, requestsPerUnit - 1),
      failed: random.uniform() < 0.005 ? 1 : 0,
    })),
    latency: drawLatency(requestsPerUnit * units, share, random),
    comparisons:
      share === 0
        ? []
        : names
            .filter((_, index) => index % 10 === 0)
            .map((unit) => ({ unit, compared: 1, mismatched: 0, void: 0, kinds: {} })),
  };
}

const chances = new Durations([{ traffic: 1, logFactor: 0 }]).chances(usualPace);

function drawLatency(requests: number, share: number, random: Random): readonly TickLatency[] {
  return rampGroupEnds.map((end, group) => {
    const part = (end - (rampGroupEnds[group - 1] ?? 0)) / 100;
    const seen = chances.map((chance) => poisson(random, requests * part * chance));
    const durations = trimmed({ offset: firstBucket, counts: [...seen] });
    const cohort = end / 100 <= share ? 'canary' : 'baseline';
    return { cohort, operation: 'read', group, durations };
  });
}
