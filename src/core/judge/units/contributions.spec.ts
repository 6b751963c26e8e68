import { describe, expect, it } from '@jest/globals';
import { noHarm } from '../errors-judge.ts';
import { contributionsOf } from './contributions.ts';
import { noRatio } from '../../statistics/ratio-interval.ts';
import { type ErrorsEvidence, noEvidence } from './suspects.ts';
import { noUnits } from './unit-table.ts';

/** Evidence that has grown by so many nats on its first bet. */
function grown(nats: number) {
  return { ...noHarm, usual: { elapsed: 60, grown: [nats] } };
}

const units = {
  ...noUnits,
  names: ['a', 'b', 'c', 'd', 'e'],
  recentRequests: [100, 80.4, 7, 5, 3],
  recentFailed: [2, 31.6, 1, 1, 1],
};

function evidence(harm: number, without: readonly number[]): ErrorsEvidence {
  const suspects = without.map((nats, row) => ({
    row,
    without: grown(nats),
    others: [],
    ratio: noRatio,
  }));
  return { ...noEvidence, harm: grown(harm), suspects };
}

describe('contributionsOf', () => {
  it('names the three units that add most, with what they lately did', () => {
    const told = contributionsOf(evidence(14, [11, 4, 12, 13, 13.5]), units, 0);
    expect(told.map(({ unit }) => unit)).toEqual(['b', 'a', 'c']);
    expect(told[0]).toMatchObject({ requests: 80, failed: 32 });
    expect(told[0]?.logWithout).toBeLessThan(told[1]?.logWithout ?? -Infinity);
  });

  it('says nothing while there is little evidence, nor of units that speak against harm', () => {
    expect(contributionsOf(evidence(1, [0, 0]), units, 0)).toEqual([]);
    expect(contributionsOf(evidence(14, [15]), units, 0)).toEqual([]);
  });
});
