import { describe, expect, it } from '@jest/globals';
import { slowDaily, slowHeavy, tailTriple } from './latency-worlds.ts';
import { slowTrigger, prepared } from './further-worlds.ts';
import { drawTrace } from './strike.ts';
import type { Trace } from './trace.ts';
import type { Fault, World } from './world.ts';

/** One unit in each of four ramp groups, of which two change sides. */
const brief = { units: 4, places: 'even', history: 60 } as const;

function draw(world: World, fault: Fault | null = null): Trace {
  return drawTrace({ ...world, ...brief }, fault, 4);
}

/** Part of one side's durations above `seconds`, between two moments of the rollout. */
function above(
  { latency, moments }: Trace,
  side: 'old' | 'new',
  seconds: number,
  [from, to]: readonly [number, number] = [0, 2_400],
): number {
  const least = Math.round(16 * Math.log2(seconds)) + 192;
  let [all, long] = [0, 0];
  for (const [index, moment] of latency.entries()) {
    const at = moments[index]?.at ?? 0;
    if (at <= from || at > to) continue;
    all += moment[side].seen.reduce((sum, count) => sum + count, 0);
    long += moment[side].seen.subarray(least).reduce((sum, count) => sum + count, 0);
  }
  return long / all;
}

describe('durations of a rollout', () => {
  it('are the same on both sides when nothing is wrong', () => {
    const trace = draw(slowDaily);
    expect(above(trace, 'new', 2 ** -4)).toBeCloseTo(above(trace, 'old', 2 ** -4), 2);
    expect(above(trace, 'old', 2 ** -1)).toBeCloseTo(0.0065, 3);
  });

  it('come by ramp group, each on the side that the share says', () => {
    const { latency, moments } = draw(slowHeavy);
    const last = latency[moments.length - 1];
    for (const { cohort, group } of last?.counts ?? []) {
      expect(cohort).toBe((group ?? 0) <= 5 ? 'canary' : 'baseline');
    }
    expect(last?.counts).toHaveLength(4);
  });

  it('have a longer tail on the new side when its tail is slower', () => {
    const trace = draw(slowDaily, tailTriple);
    expect(above(trace, 'new', 1)).toBeGreaterThan(8 * above(trace, 'old', 1));
  });

  it('tell writes apart where a trigger slows them, on both sides and before anybody moves', () => {
    const trace = draw(prepared, slowTrigger);
    const writes = trace.latency.flatMap(({ counts }) =>
      counts.filter(({ operation }) => operation === 'write'),
    );
    expect(writes.length).toBeGreaterThan(0);
    const [before, after] = [
      above(trace, 'old', 2 ** -4, [-1_800, -1_200]),
      above(trace, 'old', 2 ** -4, [-1_200, 0]),
    ];
    expect(after / before).toBeGreaterThan(1.05);
  });

  it('say since when the migration makes requests slower', () => {
    expect(draw(slowDaily, tailTriple).slowFrom).toBe(0);
    expect(draw(slowDaily).slowFrom).toBeNull();
  });
});
