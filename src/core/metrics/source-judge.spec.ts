import { describe, expect, it } from '@jest/globals';
import { comparedStep, beforeStep, demoConfig } from '../../../test/support/judged-policy.ts';
import type { Tier } from '../judge/judge-config.ts';
import type { JudgeStep } from '../judge/judge-step.ts';
import type { SourcedGuard } from '../policy/guard.ts';
import type { MetricObservation, MetricReading } from './metric-reading.ts';
import {
  freshSource,
  measureSource,
  observeSource,
  type SourceCase,
  type SourceMemory,
} from './source-judge.ts';

const every = 15_000;

const guard: SourcedGuard = {
  name: 'errors-http',
  compare: 'errors',
  tolerate: { ratio: 1.2, add: 0.01 },
  source: { provider: 'main', bad: 'e', total: 't', intervalMs: every },
};

function sourceAt(step: JudgeStep, settledAt: number | null = 0): SourceCase {
  const evidence = { ...demoConfig.evidence, minimum: { requests: 100, units: 1 } };
  return { guard, evidence, step, startedAt: 0, settledAt };
}

const compared = sourceAt(comparedStep());

interface Window {
  readonly index: number;
  readonly failed?: number;
  readonly requests?: number;
  readonly tier?: Tier;
}

/** Counts of one interval, 4 buckets on the new side and 12 on the old; `failed` of each 100 new ones. */
function window({ index, failed = 0, requests = 100, tier = 'bucket' }: Window): MetricObservation {
  const name = (bucket: number): string => (tier === 'total' ? 'all' : `bucket ${bucket}`);
  const bucketsOf = (cohort: 'canary' | 'baseline', from: number, count: number) =>
    Array.from({ length: count }, (_, offset) => ({
      unit: name(from + offset),
      cohort,
      requests,
      failed: cohort === 'canary' ? failed : 0,
    }));
  const units =
    tier === 'total'
      ? [...bucketsOf('canary', 0, 1), ...bucketsOf('baseline', 0, 1)]
      : [...bucketsOf('canary', 0, 4), ...bucketsOf('baseline', 4, 12)];
  const [from, at] = [index * every, (index + 1) * every];
  return { from, at, reading: { kind: 'counts', tier, units, newestAt: at } };
}

function after(
  windows: readonly MetricObservation[],
  source = compared,
  memory = freshSource,
): SourceMemory {
  return windows.reduce((state, observation) => observeSource(state, source, observation), memory);
}

const measuredAt = (memory: SourceMemory, index: number, source = compared) =>
  measureSource(memory, source, index * every);

describe('a source of its own', () => {
  it('tells harm', () => {
    const memory = after([0, 1, 2].map((index) => window({ index, failed: 10 })));
    expect(measuredAt(memory, 3)).toMatchObject({ guard: 'errors-http', verdict: 'fail' });
    expect(measuredAt(memory, 3)).not.toHaveProperty('advisory');
  });

  it('tells harm before the settle time, and passes only on what lies behind it', () => {
    const early = after([window({ index: 0 }), window({ index: 1, failed: 30 })]);
    expect(measuredAt(early, 2).verdict).toBe('fail');
    const healthy = (count: number) =>
      after(Array.from({ length: count }, (_, index) => window({ index })));
    expect(measuredAt(healthy(2), 2)).toMatchObject({ verdict: 'inconclusive' });
    expect(measuredAt(healthy(2), 5)).toMatchObject({ verdict: 'noData' });
    expect(measuredAt(healthy(3), 3)).toMatchObject({ verdict: 'pass', samples: { canary: 400 } });
  });

  it('proves nothing while not every instance has settled', () => {
    const open = sourceAt(comparedStep({ sinceRevision: null }), null);
    const memory = after(
      [0, 1, 2, 3].map((index) => window({ index })),
      open,
    );
    expect(measuredAt(memory, 4, open).verdict).toBe('inconclusive');
  });

  it('is fresh for three of its own intervals', () => {
    const memory = after([0, 1, 2].map((index) => window({ index })));
    expect(measuredAt(memory, 6).verdict).toBe('pass');
    expect(measureSource(memory, compared, 6 * every + 1).verdict).toBe('noData');
  });

  it('counts no moment twice, and none from before the attempt', () => {
    const twice = after([0, 1, 2, 2, 1].map((index) => window({ index })));
    expect(measuredAt(twice, 3).samples.canary).toBe(400);
    const overlapping = { ...window({ index: 3 }), from: 2 * every };
    expect(after([overlapping], compared, twice)).toEqual(twice);
    const before = { ...window({ index: 0, failed: 90 }), from: -1 };
    expect(after([before])).toEqual(freshSource);
  });

  it('survives being stored, to the last bit', () => {
    const half = after([0, 1].map((index) => window({ index, failed: 2 })));
    const stored = JSON.parse(JSON.stringify(half)) as SourceMemory;
    const rest = [2, 3].map((index) => window({ index, failed: 2 }));
    expect(JSON.stringify(after(rest, compared, stored))).toBe(
      JSON.stringify(after(rest, compared, half)),
    );
  });
});

describe('durations of cohorts alone', () => {
  /** Of 1,000 operations on each side `slow` of the new one take longer than a tenth of a second. */
  function durations(index: number, slow: number, tier: Tier): MetricObservation {
    const row = (cohort: 'canary' | 'baseline', long: number) => ({
      cohort,
      operation: 'read' as const,
      layout: { kind: 'explicit' as const, bounds: [0.1, 1] },
      durations: { offset: 0, counts: [1_000 - long, long] },
    });
    const seen = window({ index, tier, requests: 1_000 });
    if (seen.reading.kind !== 'counts') throw new Error('no counts');
    const latency = [row('canary', slow), row('baseline', 10)];
    return { ...seen, reading: { ...seen.reading, latency } };
  }
  const latencyGuard: SourcedGuard = {
    name: 'latency-gateway',
    compare: 'latency',
    tolerate: [{ quantile: 0.9, part: 0.05, atLeastMs: 5 }],
    source: { provider: 'main', histogram: 'h{$rollout}', unit: 's', intervalMs: every },
  };
  const judged = (tier: Tier) => {
    const source = { ...compared, guard: latencyGuard };
    const before = { ...source, step: beforeStep() };
    const quiet = after(
      [0, 1, 2].map((index) => durations(index, 10, tier)),
      before,
    );
    const harmed = [3, 4, 5, 6].map((index) => durations(index, 600, tier));
    return measuredAt(after(harmed, source, quiet), 7, source);
  };

  it('only hold, however slow the new side is; by bucket they act', () => {
    expect(judged('total')).toMatchObject({
      verdict: 'fail',
      advisory: true,
      reason: expect.stringMatching(/totals cannot tell one bad unit from little harm/),
    });
    expect(judged('bucket')).toMatchObject({ verdict: 'fail' });
    expect(judged('bucket')).not.toHaveProperty('advisory');
  });
});

describe('doubt about a source', () => {
  const doubtful = (reading: MetricReading): SourceMemory =>
    after(
      [{ from: 3 * every, at: 4 * every, reading }],
      compared,
      after([0, 1, 2].map((index) => window({ index }))),
    );

  it('takes the place of a pass, until there are counts again', () => {
    const memory = doubtful({ kind: 'doubt', verdict: 'providerError', reason: 'answered 503' });
    expect(measuredAt(memory, 4)).toMatchObject({
      verdict: 'providerError',
      reason: 'answered 503',
    });
    expect(measuredAt(after([window({ index: 4 })], compared, memory), 5).verdict).toBe('pass');
  });

  it('never hides a failure', () => {
    const failed = after([0, 1, 2].map((index) => window({ index, failed: 10 })));
    const reading = { kind: 'doubt', verdict: 'noData', reason: 'nothing' } as const;
    const memory = after([{ from: 3 * every, at: 4 * every, reading }], compared, failed);
    expect(measuredAt(memory, 4).verdict).toBe('fail');
  });

  it('arises when the newest sample is old, or the buckets go', () => {
    const counts = window({ index: 3 }).reading;
    if (counts.kind !== 'counts') throw new Error('no counts');
    expect(measuredAt(doubtful({ ...counts, newestAt: every - 1 }), 4).verdict).toBe('noData');
    const total = measuredAt(doubtful({ ...counts, tier: 'total' }), 4);
    expect(total).toMatchObject({
      verdict: 'providerError',
      reason: expect.stringContaining('lost the label'),
    });
  });

  it('is what there is before the first answer', () => {
    expect(measuredAt(freshSource, 0)).toMatchObject({
      verdict: 'noData',
      reason: 'main has not answered yet',
    });
    const reading = { kind: 'doubt', verdict: 'providerError', reason: 'answered 401' } as const;
    const refused = after([{ from: 0, at: every, reading }]);
    expect(measuredAt(refused, 1)).toMatchObject({
      verdict: 'providerError',
      reason: 'answered 401',
    });
  });
});

describe('totals alone', () => {
  const totals = (failed: number, count: number) =>
    after(
      Array.from({ length: count }, (_, index) =>
        window({ index, failed, requests: 1_000, tier: 'total' }),
      ),
    );

  it('hold on harm within four times the tolerance', () => {
    const memory = totals(25, 20);
    expect(measuredAt(memory, 20)).toMatchObject({ verdict: 'fail', advisory: true });
    expect(measuredAt(memory, 20).reason).toContain('so this only holds');
  });

  it('act on harm beyond it', () => {
    const memory = totals(80, 20);
    expect(measuredAt(memory, 20).verdict).toBe('fail');
    expect(measuredAt(memory, 20)).not.toHaveProperty('advisory');
  });

  it('pass when all is well', () => {
    expect(measuredAt(totals(0, 4), 4).verdict).toBe('pass');
  });
});

describe('before the first exposure', () => {
  it('history grows, and nothing is judged', () => {
    const source = sourceAt(beforeStep());
    const past = [0, 1].map((index): MetricObservation => {
      const whole = window({ index });
      if (whole.reading.kind !== 'counts') return whole;
      const units = whole.reading.units.filter(({ cohort }) => cohort === 'baseline');
      return { ...whole, reading: { ...whole.reading, units } };
    });
    const memory = after(past, source);
    expect(measuredAt(memory, 2, source).verdict).toBe('pass');
    expect(memory.acting?.history.seconds).toBe(30);
  });
});
