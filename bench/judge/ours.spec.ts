import { describe, expect, it } from '@jest/globals';
import { tenPoints } from './faults.ts';
import { beginCalmly, judgeByOurs, prepareOurs } from './ours.ts';
import { oracle, rollBackAt, walkRamp } from './ramp.ts';
import { drawTrace } from './strike.ts';
import type { Trace } from './trace.ts';
import type { Fault } from './world.ts';
import { daily } from './worlds.ts';

const brief = { ...daily, units: 20, places: 'even', history: 600 } as const;

/** Ten points more fail on the new side from the fifteenth minute on. */
const lateEpisodes: Fault['episodes'] = () => [
  { struck: 'new', units: null, chance: (at) => (at >= 900 ? 0.1 : 0) },
];

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

  it('goes on from the calm part before a late fault as if it had not stopped there', () => {
    const late = { ...tenPoints, onset: 900, episodes: lateEpisodes };
    const [calm, struck] = [null, late].map((fault) => drawTrace(brief, fault, 13)) as [
      Trace,
      Trace,
    ];
    const past = prepareOurs(calm, 'unit');
    const begun = beginCalmly(calm, past, late.onset);
    expect(begun.begun?.moments).toBe(180);
    for (const trace of [struck, calm]) {
      expect(judgeByOurs(trace, begun, 0)).toEqual(judgeByOurs(trace, past, 0));
    }
    expect(judgeByOurs(struck, begun, 0).rollbackAt).toBeGreaterThan(late.onset);
  });

  it('does not stop where evidence is held back', () => {
    const trace = harmed('late');
    const past = prepareOurs(trace, 'unit');
    expect(beginCalmly(trace, past, 900)).toBe(past);
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
