import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import {
  binomial,
  poisson,
  type Random,
  seededRandom,
} from '../../../test/support/seeded-random.ts';
import type { UnitCounts } from '../protocol/evidence.ts';
import { beginJudge, type JudgeState, measureGuards, observeTick } from './judge.ts';
import type { Measurement } from './measurement.ts';

const tickSeconds = 0.5;
const historySeconds = 15;
const wellSeconds = 5;

/** Requests per second of each unit on the new side: one makes half of all. */
const canary: readonly number[] = [50, ...Array.from({ length: 40 }, () => 1.25)];
const baseline: readonly number[] = Array.from({ length: 100 }, () => 2);

function counts(
  rates: readonly number[],
  name: string,
  cohort: UnitCounts['cohort'],
  { reads, random }: { readonly reads: number; readonly random: Random },
): readonly UnitCounts[] {
  return rates.flatMap((rate, index) => {
    const unit = `${name}${index}`;
    const read = poisson(rate * 0.7 * tickSeconds, random);
    const write = poisson(rate * 0.3 * tickSeconds, random);
    return [
      { unit, cohort, operation: 'read', requests: read, failed: binomial(read, reads, random) },
      { unit, cohort, operation: 'write', requests: write, failed: 0 },
    ] as const;
  });
}

interface Detection {
  /** After the first read that could have failed; Infinity when it never was. */
  readonly seconds: number;
  readonly verdict: Measurement;
  /** What was said in the ticks before. */
  readonly before: readonly Measurement[];
}

/** A service in which one read of the new side in ten begins to fail 5 s after the first exposure. */
function detect(seed: number): Detection {
  const random = seededRandom(seed);
  let state: JudgeState = beginJudge(demoConfig);
  const before: Measurement[] = [];
  for (let tick = 1; tick < 120; tick += 1) {
    const at = tick * tickSeconds;
    const exposed = at > historySeconds;
    const sick = at - historySeconds - wellSeconds;
    const units = [
      ...counts(canary, 'c', exposed ? 'canary' : 'baseline', {
        reads: sick > 0 ? 0.1 : 0,
        random,
      }),
      ...counts(baseline, 'b', 'baseline', { reads: 0, random }),
    ];
    const step = exposed ? comparedStep() : beforeStep();
    const evidence = { at: at * 1000, revision: 1, seconds: tickSeconds, latency: [] };
    state = observeTick(state, demoConfig, { ...evidence, units, comparisons: [] }, step);
    const [verdict] = measureGuards(state, demoConfig, step, at * 1000);
    if (verdict === undefined) throw new Error('the first guard is for errors');
    if (verdict.verdict === 'fail') return { seconds: sick, verdict, before };
    if (sick > 0) before.push(verdict);
  }
  throw new Error(`seed ${seed}: not found within 40 s`);
}

describe('reads that fail on the new side, where one unit makes half of its traffic', () => {
  const runs = Array.from({ length: 100 }, (_, index) => detect(index + 1));

  it('are found within 3 s in the median, and nearly always within 6 s', () => {
    const seconds = runs.map((run) => run.seconds).toSorted((a, b) => a - b);
    expect(seconds[50]).toBeLessThanOrEqual(3);
    expect(seconds[97]).toBeLessThanOrEqual(6);
  });

  it('are the failure of the rollout: the busy unit is not blamed', () => {
    const blamed = runs.filter(({ verdict }) => verdict.badUnits !== undefined);
    expect(blamed.length).toBeLessThanOrEqual(1);
  });

  it('are named in the reason where it can be told', () => {
    const named = runs.filter(({ verdict }) =>
      verdict.reason.startsWith('evidence for harm to reads'),
    );
    expect(named.length).toBeGreaterThan(70);
  });

  it('hold the rollout before they are proven: nobody more is exposed to what looks harmed', () => {
    const slow = runs.filter(({ seconds }) => seconds >= 4);
    expect(slow.length).toBeGreaterThan(3);
    for (const { before } of slow) {
      expect(before.at(-1)).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringMatching(
          /^looks worse than tolerated, \d+ to 1: waits until it is told/,
        ),
      });
    }
  });
});
