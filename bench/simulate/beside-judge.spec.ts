import { describe, expect, it } from '@jest/globals';
import { besideJudge } from './beside-judge.ts';

/** `npm run bench -- simulate` compares hundreds, and more sizes of harm. */
const rollouts = 11;

describe('simulation beside the bench of the judge', () => {
  it('rolls back no healthy rollout, either', () => {
    const { bench, simulated } = besideJudge(0, 4);
    expect([bench.found, simulated.found]).toEqual([0, 0]);
  });

  // The bench looks every 5 s, the simulation every second at first.
  it.each([0.003, 0.01])('finds %d more failures as often and as soon, within a look', (harm) => {
    const { bench, simulated } = besideJudge(harm, rollouts);
    expect(simulated.interval[0]).toBeLessThanOrEqual(bench.interval[1]);
    expect(simulated.interval[1]).toBeGreaterThanOrEqual(bench.interval[0]);
    expect(simulated.median).toBeGreaterThan(bench.median / 1.5 - 5);
    expect(simulated.median).toBeLessThan(bench.median * 1.5 + 5);
  });
});
