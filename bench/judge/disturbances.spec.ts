import { describe, expect, it } from '@jest/globals';
import { onePoint } from './faults.ts';
import { spilling } from './further-worlds.ts';
import { placeUnits, sumCohorts } from './stand.ts';
import { drawTrace } from './strike.ts';
import type { World } from './world.ts';
import { daily, heavyUnits } from './worlds.ts';

const brief = { units: 20, history: 600 };

/** Failure rate of the old side over the ramp. */
function oldRate(world: World): number {
  const trace = drawTrace({ ...world, ...brief }, onePoint, 9);
  const isNew = new Uint8Array(brief.units);
  let [bad, total] = [0, 0];
  for (const [index, { stage }] of trace.moments.entries()) {
    if (stage.mode !== 'compared') continue;
    placeUnits(trace, stage.share, [], isNew);
    const sums = sumCohorts(trace, index, isNew);
    bad += sums.oldBad;
    total += sums.oldTotal;
  }
  return bad / total;
}

describe('retries that spill', () => {
  it('carry failures of the new side over to the old one', () => {
    expect(oldRate(daily)).toBeLessThan(0.0015);
    expect(oldRate({ ...daily, retries: { again: 0.6, failing: 0.5, elsewhere: 0 } })).toBeLessThan(
      0.002,
    );
    expect(oldRate(spilling)).toBeGreaterThan(0.0015);
  });
});

describe('storms', () => {
  it('are whole: what fails was also asked for', () => {
    const diversity = { ...heavyUnits.diversity, storms: 30 };
    const { requests, failed } = drawTrace({ ...heavyUnits, ...brief, diversity }, null, 2);
    const most = failed.reduce(
      (worst, count, cell) => Math.max(worst, count - (requests[cell] ?? 0)),
      -1,
    );
    expect(most).toBeLessThanOrEqual(0);
    const calm = drawTrace({ ...daily, ...brief }, null, 2);
    const sum = (counts: Int32Array): number => counts.reduce((all, count) => all + count, 0);
    expect(sum(failed)).toBeGreaterThan(sum(calm.failed) + 10_000);
  });
});
