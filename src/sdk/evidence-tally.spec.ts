import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MigrationEvidence } from '../core/protocol/evidence.ts';
import { EvidenceTally } from './evidence-tally.ts';

function tally(fromMs = 0): EvidenceTally {
  return new EvidenceTally('users-birthdate', 3, fromMs);
}

const unit = fc.constantFrom('t1', 't2', 't3');
const event = fc.oneof(
  fc.record({
    kind: fc.constant('operation' as const),
    unit,
    operation: fc.constantFrom('read', 'write'),
    failed: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('duration' as const),
    bucket: fc.integer({ min: -2, max: 2 }),
    group: fc.constantFrom(undefined, 0, 9),
  }),
  fc.record({
    kind: fc.constant('comparison' as const),
    unit,
    outcome: fc.constantFrom('match', 'void', 'field', 'error'),
  }),
);

function counted(events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]) {
  const sum = tally();
  for (const made of events) {
    if (made.kind === 'operation') sum.operation(made.unit, 'canary', made.operation, made.failed);
    else if (made.kind === 'duration') {
      sum.duration('canary', 'read', made.bucket, made.group);
    } else sum.comparison(made.unit, made.outcome);
    sum.served.new += 1;
  }
  return sum;
}

/** The same whatever the order of the rows. */
function content(pieces: readonly MigrationEvidence[]) {
  const keyOf = (row: { unit: string; operation?: string }): string =>
    `${row.unit} ${row.operation ?? ''}`;
  const byUnit = (a: { unit: string }, b: { unit: string }): number =>
    keyOf(a) < keyOf(b) ? -1 : 1;
  return {
    units: pieces.flatMap(({ units }) => units).toSorted(byUnit),
    comparisons: pieces.flatMap(({ comparisons }) => comparisons).toSorted(byUnit),
    latency: pieces.flatMap(({ latency }) => latency),
    served: pieces.reduce((sum, { served }) => sum + served.new, 0),
  };
}

describe('EvidenceTally', () => {
  it('merged from two halves equals what was counted in one', () => {
    fc.assert(
      fc.property(fc.array(event), fc.nat(), (events, at) => {
        const cut = at % (events.length + 1);
        const merged = counted(events.slice(0, cut));
        merged.merge(counted(events.slice(cut)));
        const whole = content(counted(events).toEvidence(100));
        expect(content(merged.toEvidence(100))).toEqual(whole);
      }),
    );
  });

  it('cut into pieces loses nothing, counts nothing twice, and keeps to the size', () => {
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 4 }), (events, maxRows) => {
        const sum = counted(events);
        const pieces = sum.toEvidence(maxRows);
        expect(content(pieces)).toEqual(content(sum.toEvidence(100)));
        for (const { units, comparisons } of pieces) {
          expect(units.length + comparisons.length).toBeLessThanOrEqual(maxRows);
        }
      }),
    );
  });

  it('counts reads and writes of a unit apart, and each cohort', () => {
    const sum = tally();
    sum.operation('t1', 'canary', 'read', true);
    sum.operation('t1', 'canary', 'write', false);
    sum.operation('t1', 'canary', 'read', false);
    sum.operation('t1', 'baseline', 'read', false);
    expect(sum.toEvidence(10)[0]?.units).toEqual([
      { unit: 't1', cohort: 'baseline', operation: 'read', requests: 1, failed: 0 },
      { unit: 't1', cohort: 'canary', operation: 'read', requests: 2, failed: 1 },
      { unit: 't1', cohort: 'canary', operation: 'write', requests: 1, failed: 0 },
    ]);
  });

  it('counts durations of each ramp group apart, and of units without one', () => {
    const sum = tally();
    sum.duration('canary', 'read', -3, 4);
    sum.duration('canary', 'read', -3, 4);
    sum.duration('canary', 'read', -3, 5);
    sum.duration('canary', 'read', -3);
    expect(sum.toEvidence(10)[0]?.latency).toEqual([
      { cohort: 'canary', operation: 'read', group: 4, buckets: { '-3': 2 } },
      { cohort: 'canary', operation: 'read', group: 5, buckets: { '-3': 1 } },
      { cohort: 'canary', operation: 'read', buckets: { '-3': 1 } },
    ]);
  });

  it('counts void comparisons apart and mismatches by kind', () => {
    const sum = tally();
    for (const outcome of ['match', 'void', 'field', 'field', 'order'] as const) {
      sum.comparison('t1', outcome);
    }
    expect(sum.toEvidence(10)[0]?.comparisons).toEqual([
      { unit: 't1', compared: 4, mismatched: 3, void: 1, kinds: { field: 2, order: 1 } },
    ]);
  });

  it('spans the time of everything in it', () => {
    const later = tally(2_000);
    later.endAt(3_000);
    const sum = tally(1_000);
    sum.endAt(2_000);
    sum.merge(later);
    expect(sum.toEvidence(10)[0]).toMatchObject({ fromMs: 1_000, toMs: 3_000 });
  });
});
