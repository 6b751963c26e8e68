import { describe, expect, it } from '@jest/globals';
import { tenPoints } from './faults.ts';
import { judgeByOurs, prepareOurs } from './ours.ts';
import { oracle, rollBackAt, walkRamp } from './ramp.ts';
import { drawTrace } from './strike.ts';
import type { Trace } from './trace.ts';
import { daily } from './worlds.ts';

const brief = { ...daily, units: 20, places: 'even', history: 600 } as const;

function harmed(delivery: Trace['delivery'] = 'prompt'): Trace {
  return drawTrace({ ...brief, delivery }, tenPoints, 11);
}

describe('our judge in the bench', () => {
  it('rolls a harmful rollout back within two ticks, and counts what it cost', () => {
    const trace = harmed();
    const outcome = judgeByOurs(trace, prepareOurs(trace, 'unit'), 0);
    expect(outcome.rollbackAt).toBeLessThanOrEqual(10);
    expect(outcome.extraErrors).toBeGreaterThan(5);
    expect(outcome.extraErrors).toBeLessThan(120);
    expect(outcome.information).toBeGreaterThan(1);
  });

  it('lets a healthy one go on, to the proof', () => {
    const trace = drawTrace(brief, null, 12);
    const outcome = judgeByOurs(trace, prepareOurs(trace, 'unit'), 0);
    expect(outcome.rollbackAt).toBeNull();
    expect(outcome.provenAt).toBeGreaterThan(1_200);
  });

  it('goes the same way when its memory passes through JSON', () => {
    const [plain, restarted] = [harmed(), harmed('restarts')].map((trace) =>
      judgeByOurs(trace, prepareOurs(trace, 'unit'), 60_000),
    );
    expect(restarted).toEqual(plain);
  });
});

describe('the oracle', () => {
  it('stops as soon as anybody could, and never without harm', () => {
    const ramp = walkRamp(harmed());
    expect(oracle(ramp)).toBe(5);
    expect(oracle(walkRamp(drawTrace(brief, null, 12)))).toBeNull();
  });

  it('costs what the migration does until then', () => {
    const ramp = walkRamp(harmed());
    const [soon, late] = [rollBackAt(ramp, 5), rollBackAt(ramp, 300)];
    expect(soon.extraErrors).toBe(ramp[0]?.sums.extraErrors);
    expect(late.extraErrors).toBeGreaterThan(20 * soon.extraErrors);
    expect(rollBackAt(ramp, null).information).toBeNull();
  });
});
