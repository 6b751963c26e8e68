import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../../test/support/judged-policy.ts';
import { poisson, seededRandom } from '../../../../test/support/seeded-random.ts';
import { bucketCounts } from '../../histogram/bucket-counts.ts';
import { freshDurations, takeDurations, type TakenDurations } from '../durations.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import type { JudgeStep } from '../judge-step.ts';
import { observeBaseline } from './baseline-monitor.ts';
import { type BaselineState, beginBaseline } from './baseline-state.ts';
import { baselineStreams } from './baseline-streams.ts';
import { measureBaseline } from './measure-baseline.ts';

const config = {
  ...demoConfig,
  guards: [
    { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.0005 } },
    {
      name: 'latency',
      compare: 'latency',
      tolerate: [
        { quantile: 0.5, part: 0.05, atLeastMs: 2 },
        { quantile: 0.99, part: 0.2, atLeastMs: 0 },
      ],
    },
  ],
} as const;

interface World {
  /** Requests a second, part of them that fails, buckets by which writes and all tails are slower. */
  readonly rate: number;
  readonly failing: number;
  readonly writesFailing: number;
  readonly slowerWrites: number;
  readonly slowerTail: number;
}

const healthy: World = {
  rate: 300,
  failing: 0.001,
  writesFailing: 0,
  slowerWrites: 0,
  slowerTail: 0,
};

const expand = beforeStep({ index: 1, touched: true });
const untouched = beforeStep({ index: 0, touched: false });

function taken(tick: EvidenceTick): TakenDurations {
  return takeDurations(freshDurations, tick, null, { begins: false, isHistory: false });
}

/** Five seconds each, reads and writes four to one; durations over forty buckets and a tail. */
class Run {
  readonly #random = seededRandom(11);
  #at = 0;
  state: BaselineState = beginBaseline(baselineStreams(config));

  play(seconds: number, world: World, step: JudgeStep): this {
    for (let played = 0; played < seconds; played += 5) {
      const tick = this.#tick(world);
      this.state = observeBaseline(this.state, config, tick, step, taken(tick));
      this.state = JSON.parse(JSON.stringify(this.state)) as BaselineState;
    }
    return this;
  }

  verdict(step: JudgeStep = expand): string {
    return measureBaseline(this.state, config, step, this.#at)?.verdict ?? 'none';
  }

  reason(): string {
    return measureBaseline(this.state, config, expand, this.#at)?.reason ?? '';
  }

  #tick(world: World): EvidenceTick {
    this.#at += 5000;
    const of = (operation: 'read' | 'write', part: number) => {
      const requests = poisson(Math.min(600, world.rate * 5 * part), this.#random);
      const rate = world.failing + (operation === 'write' ? world.writesFailing : 0);
      const failed = Math.min(requests, poisson(requests * rate, this.#random));
      const up = operation === 'write' ? world.slowerWrites : 0;
      const buckets: Record<string, number> = {};
      for (let bucket = -80; bucket < -40; bucket += 1) {
        buckets[bucket + up] = poisson((requests * 0.98) / 40, this.#random);
      }
      const tail = -10 + up + world.slowerTail;
      buckets[tail] = poisson(requests * 0.01, this.#random);
      buckets[tail + 8] = poisson(requests * 0.01, this.#random);
      return { operation, requests, failed, durations: bucketCounts(buckets) };
    };
    const both = [of('read', 0.4), of('write', 0.1)];
    return {
      at: this.#at,
      revision: 1,
      seconds: 5,
      units: both.map(({ operation, requests, failed }) => {
        return { unit: 'a', cohort: 'baseline', operation, requests, failed };
      }),
      latency: both.map(({ operation, durations }) => {
        return { cohort: 'baseline', operation, durations };
      }),
      comparisons: [],
    };
  }
}

describe('the baseline monitor', () => {
  it('is silent while nothing is known of the time before', () => {
    expect(new Run().play(240, healthy, untouched).play(60, healthy, expand).verdict()).toBe(
      'none',
    );
    expect(new Run().play(600, healthy, untouched).play(60, healthy, expand).verdict()).toBe(
      'pass',
    );
  });

  it('finds nothing where the old side goes on as before', () => {
    const run = new Run().play(1800, healthy, untouched).play(1800, healthy, expand);
    expect(run.verdict()).toBe('pass');
    expect(run.reason()).toBe('the old side does as well as before the schema was touched');
  });

  it.each([
    ['a trigger that slows all writes by 30 %', { slowerWrites: 6 }, /writes take longer than/],
    [
      'an `up` that fails 1 % of the writes',
      { writesFailing: 0.01 },
      /of writes fail on the old side/,
    ],
    ['a load that doubles the slow tail', { slowerTail: 16 }, /take longer than .* \(p99\)/],
  ])('finds %s', (_, harm, words) => {
    const run = new Run().play(1800, healthy, untouched).play(300, { ...healthy, ...harm }, expand);
    expect(run.verdict()).toBe('fail');
    expect(run.reason()).toMatch(words);
    expect(run.reason()).toMatch(/worse than before the schema was touched: evidence/);
  });

  describe('that has seen a busy hour go by', () => {
    const quiet = (): Run => {
      const run = new Run();
      for (const slowerWrites of [4, 4, 4, 4, 3, 2, 1, 0, 0, 0]) {
        run.play(300, { ...healthy, slowerWrites }, untouched);
      }
      return run;
    };

    it('finds harm in the quiet one that would be nothing in the busy one', () => {
      const run = quiet().play(120, { ...healthy, slowerWrites: 5 }, expand);
      expect(run.verdict()).toBe('fail');
      expect(run.reason()).toMatch(/writes take longer than .* \(p50\)/);
    });

    it('finds nothing where the next one comes as the last one went', () => {
      const run = quiet();
      for (const slowerWrites of [1, 2, 3, 4, 4]) {
        run.play(300, { ...healthy, slowerWrites }, expand);
        expect(run.verdict()).toBe('pass');
      }
    });
  });

  it('finds harm that begins with a later step', () => {
    const backfill = beforeStep({ index: 2, touched: true });
    const slow = { ...healthy, slowerTail: 16 };
    const run = new Run().play(240, healthy, untouched).play(600, healthy, expand);
    expect(run.verdict(backfill)).toBe('none');
    run.play(120, slow, backfill);
    expect(run.verdict(backfill)).toBe('fail');
    expect(run.reason()).toMatch(/worse than before this step/);
  });

  it('lets go when the old side has recovered for a while, longer each time', () => {
    const failing = { ...healthy, writesFailing: 0.05 };
    const run = new Run().play(1800, healthy, untouched).play(60, failing, expand);
    expect(run.verdict()).toBe('fail');
    run.play(60, healthy, expand);
    expect(run.verdict()).toBe('fail');
    run.play(240, healthy, expand);
    expect(run.verdict()).toBe('pass');
    run.play(60, failing, expand).play(120, healthy, expand);
    expect(run.verdict()).toBe('fail');
    expect(run.state.episodes).toBe(2);
    run.play(300, healthy, expand);
    expect(run.verdict()).toBe('pass');
  });

  it('always advises and never moves anybody', () => {
    const run = new Run().play(600, healthy, untouched).play(60, healthy, expand);
    const measured = measureBaseline(run.state, config, expand, 0);
    expect(measured).toMatchObject({ guard: 'baseline', advisory: true, canary: null });
  });

  it('does not judge a side that nobody is on', () => {
    const whole = comparedStep({ index: 9, mode: 'whole', touched: true });
    const failing = { ...healthy, writesFailing: 0.3 };
    const run = new Run().play(600, healthy, untouched).play(60, healthy, expand);
    expect(run.play(120, failing, whole).verdict(whole)).toBe('pass');
  });

  it('has nothing to say for a policy without a guard on errors or latency', () => {
    const none = { ...config, guards: [] };
    expect(measureBaseline(beginBaseline(baselineStreams(none)), none, expand, 0)).toBeNull();
  });

  it('begins anew where buckets mean something else', () => {
    const run = new Run().play(600, healthy, untouched).play(60, healthy, expand);
    const layout = { kind: 'explicit', bounds: [0.1, 1] } as const;
    const row = {
      cohort: 'baseline',
      operation: 'read',
      durations: { offset: 0, counts: [5] },
      layout,
    } as const;
    const tick = { at: 1e6, revision: 1, seconds: 5, units: [], latency: [row], comparisons: [] };
    const next = observeBaseline(run.state, config, tick, expand, taken(tick));
    expect(next).toMatchObject({ layout, touched: null, isTouched: true });
  });
});
