import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import {
  beforeExposure,
  demoWorld,
  simulateTraffic,
  type TrafficWorld,
} from '../../../test/support/simulated-traffic.ts';
import { beginJudge, type JudgeState, measureGuards, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { JudgeStep } from './judge-step.ts';

/** A simulated rollout: ten seconds of history, then what `play` is told to let happen. */
class Run {
  readonly #next: ReturnType<typeof simulateTraffic>;
  readonly #config: JudgeConfig;
  state: JudgeState;

  constructor(seed: number, world: TrafficWorld, config = demoConfig) {
    this.#config = config;
    this.state = beginJudge(config);
    this.#next = simulateTraffic(seededRandom(seed * 7919), 0);
    for (let i = 0; i < 10; i += 1) this.tick(beforeExposure(world), beforeStep());
  }

  tick(world: TrafficWorld, step: JudgeStep): void {
    this.state = observeTick(this.state, this.#config, this.#next(world), step);
  }

  /** The tick, from 1, at which `reached` first holds; Infinity when not within `most`. */
  play(most: number, world: TrafficWorld, step: JudgeStep, reached: (run: Run) => boolean): number {
    for (let tick = 1; tick <= most; tick += 1) {
      this.tick(world, step);
      if (reached(this)) return tick;
    }
    return Infinity;
  }
}

const hasFailed = ({ state }: Run): boolean => state.failures.length + state.accused.length > 0;

/** Ticks from the onset to the verdict, sorted; the harm sets in five seconds into the step. */
function delays(runs: number, world: TrafficWorld, harmed: TrafficWorld, guard: string): number[] {
  return Array.from({ length: runs }, (_, seed) => {
    const run = new Run(seed + 1, world);
    run.play(5, world, comparedStep(), hasFailed);
    const delay = run.play(15, harmed, comparedStep(), hasFailed);
    const { failures, accused } = run.state;
    return (failures[0] ?? accused[0])?.guard === guard ? delay : Infinity;
  }).sort((a, b) => a - b);
}

function partWithin(sorted: readonly number[], ticks: number): number {
  return sorted.filter((delay) => delay <= ticks).length / sorted.length;
}

function failing(world: TrafficWorld, rate: number): TrafficWorld {
  return { ...world, failing: { canary: rate, baseline: 0 } };
}

/** A quarter of 300 requests per second. */
const quarter: TrafficWorld = { ...demoWorld, rates: { canary: 75, baseline: 225 } };

describe('a new side that begins to fail 10 % of its requests, where 2 points are tolerated', () => {
  it('is found within 4 ticks in 95 of 100 runs with 75 requests per second', () => {
    const found = delays(120, quarter, failing(quarter, 0.1), 'errors');
    expect(partWithin(found, 4)).toBeGreaterThanOrEqual(0.95);
  });

  it('is found within 3 ticks in half of the runs, within 8 in 95 of 100, with 45', () => {
    const found = delays(100, demoWorld, failing(demoWorld, 0.1), 'errors');
    expect(found[50]).toBeLessThanOrEqual(3);
    expect(partWithin(found, 8)).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a new side of which 30 % become half a second slower', () => {
  it('is found within 4 ticks in 95 of 100 runs', () => {
    const slow = { ...demoWorld, slow: { part: 0.3, seconds: 0.5 } };
    expect(partWithin(delays(60, demoWorld, slow, 'latency'), 4)).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a healthy rollout', () => {
  const few: TrafficWorld = { ...quarter, rates: { canary: 15, baseline: 45 } };

  it.each([
    [160, '60', few],
    [40, '300', quarter],
  ])('never fails in %i runs of 60 ticks at %s requests per second', (runs, _, world) => {
    const normal = { ...world, failing: { canary: 0.003, baseline: 0.003 } };
    const failed = Array.from({ length: runs }, (__, seed) =>
      new Run(seed + 1000, normal).play(60, normal, comparedStep(), hasFailed),
    ).filter((tick) => tick !== Infinity);
    expect(failed).toEqual([]);
  });

  it('does not fail when both sides fail and slow down together', () => {
    const incident = { ...quarter, failing: { canary: 0.2, baseline: 0.2 }, median: 0.3 };
    const failed = Array.from({ length: 20 }, (_, seed) => {
      const run = new Run(seed + 3000, quarter);
      run.play(5, quarter, comparedStep(), hasFailed);
      return run.play(20, incident, comparedStep(), hasFailed);
    }).filter((tick) => tick !== Infinity);
    expect(failed.length).toBeLessThanOrEqual(1);
  });
});

describe('proof at a share of 90 %', () => {
  const wide: TrafficWorld = { ...demoWorld, share: 0.9, rates: { canary: 270, baseline: 30 } };
  const step = comparedStep({ share: 90, require: 'proven' });
  const proves =
    (name: string) =>
    ({ state }: Run): boolean =>
      measureGuards(state, demoConfig, step, state.newestAt ?? 0).some(
        ({ guard, verdict }) => guard === name && verdict === 'pass',
      );

  it.each(['errors', 'latency'])('is reached within 10 ticks for %s in every run', (guard) => {
    const slowest = Array.from({ length: 30 }, (_, seed) =>
      new Run(seed + 1, wide).play(10, wide, step, proves(guard)),
    );
    expect(Math.max(...slowest)).toBeLessThanOrEqual(10);
  });

  it('is not reached by errors that are just beyond the tolerance', () => {
    const beyond = failing(wide, 0.021);
    const proven = Array.from({ length: 60 }, (_, seed) =>
      new Run(seed + 1, wide).play(12, beyond, step, proves('errors')),
    ).filter((tick) => tick !== Infinity);
    expect(proven.length).toBeLessThanOrEqual(3);
  });

  it('is not reached by a tail that is twice as slow as tolerated', () => {
    const slower = { ...wide, slow: { part: 0.02, seconds: 0.12 } };
    const proven = Array.from({ length: 30 }, (_, seed) =>
      new Run(seed + 1, wide).play(12, slower, step, proves('latency')),
    ).filter((tick) => tick !== Infinity);
    expect(proven.length).toBeLessThanOrEqual(2);
  });
});

describe('the warm-up', () => {
  it('overlooks what a cold cache costs, and not a catastrophe', () => {
    const warming = comparedStep({ warmupUntil: 60_000 });
    const config = { ...demoConfig, evidence: { ...demoConfig.evidence, warmupMs: 60_000 } };
    const cold = failing(quarter, 0.03);
    const spared = Array.from({ length: 15 }, (_, seed) =>
      new Run(seed + 1, quarter, config).play(30, cold, warming, hasFailed),
    ).filter((tick) => tick !== Infinity);
    expect(spared.length).toBe(0);
    const broken = new Run(1, quarter, config).play(10, failing(quarter, 0.5), warming, hasFailed);
    expect(broken).toBeLessThanOrEqual(2);
  });
});
