import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import type { MigrationEvidence, UnitCounts } from '../protocol/evidence.ts';
import { mergeEvidence } from './evidence-tick.ts';
import { beginJudge, measureGuards, observeTick } from './judge.ts';
import type { Measurement } from './measurement.ts';

const unit: fc.Arbitrary<UnitCounts> = fc
  .record({
    unit: fc.constantFrom('a', 'b', 'c', 'd', '__proto__'),
    cohort: fc.constantFrom('canary' as const, 'baseline' as const),
    requests: fc.nat(200),
    failed: fc.nat(200),
  })
  .map((counts) => ({ ...counts, failed: Math.min(counts.failed, counts.requests) }));

const batch: fc.Arbitrary<MigrationEvidence> = fc.record({
  migration: fc.constant('users-birthdate'),
  revision: fc.constantFrom(1, 2),
  fromMs: fc.constant(0),
  toMs: fc.constant(1000),
  units: fc.array(unit, { maxLength: 6 }),
  latency: fc.array(
    fc.record({
      cohort: fc.constantFrom('canary' as const, 'baseline' as const),
      operation: fc.constantFrom('read' as const, 'write' as const),
      buckets: fc.dictionary(fc.constantFrom('-134', '-100', '-3', '0', '8'), fc.nat(300)),
    }),
    { maxLength: 4 },
  ),
  comparisons: fc.array(
    fc.record({
      unit: fc.constantFrom('a', 'b'),
      compared: fc.nat(50),
      mismatched: fc.constant(0),
      void: fc.nat(3),
      kinds: fc.constant({}),
    }),
    { maxLength: 2 },
  ),
  fallbacks: fc.constant(0),
  withoutUnit: fc.constant(0),
  served: fc.constant({ old: 0, new: 0 }),
});

const seconds = fc.array(fc.array(batch, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 6,
});

/** Judges each second's batches, put in some order first. */
function judged(
  list: readonly MigrationEvidence[][],
  order: (batches: MigrationEvidence[]) => MigrationEvidence[],
): readonly Measurement[] {
  const step = comparedStep();
  const ticks = list.map((batches, i) => mergeEvidence(order(batches), (i + 1) * 1000, 1));
  const state = ticks.reduce(
    (next, tick) => observeTick(next, demoConfig, tick, step),
    beginJudge(demoConfig),
  );
  return measureGuards(state, demoConfig, step, list.length * 1000);
}

describe('evidence of several instances', () => {
  it('is judged alike in whatever order its batches arrive', () => {
    fc.assert(
      fc.property(seconds, (list) => {
        expect(judged(list, (batches) => batches.toReversed())).toEqual(judged(list, (b) => b));
      }),
    );
  });

  it('is judged alike whether one instance saw it or two halves', () => {
    const halved = (batches: MigrationEvidence[]): MigrationEvidence[] =>
      batches.flatMap((one) => [
        { ...one, latency: [], comparisons: [] },
        { ...one, units: [] },
      ]);
    fc.assert(
      fc.property(seconds, (list) => {
        expect(judged(list, halved)).toEqual(judged(list, (b) => b));
      }),
    );
  });

  it('never gives a figure that is no number', () => {
    fc.assert(
      fc.property(seconds, (list) => {
        for (const { canary, baseline, limit, logHarm, logNotWorse } of judged(list, (b) => b)) {
          for (const figure of [canary, baseline, limit, logHarm, logNotWorse]) {
            expect(Number.isFinite(figure ?? 0)).toBe(true);
          }
        }
      }),
    );
  });
});
