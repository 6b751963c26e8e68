import { describe, expect, it } from '@jest/globals';
import { comparisons, different, migrationName, same } from '../../test/support/comparisons.ts';
import { settle } from '../../test/support/manual-timing.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { NoiseFloor } from './noise-floor.ts';
import type { BothSides } from './shadow-reader.ts';
import { isShadow } from './shadow-scope.ts';

describe('the noise floor', () => {
  it('compares the serving side with itself first, and one time in ten later', async () => {
    const { compare, outcomes } = comparisons(new NoiseFloor({ first: 2, oneIn: 10 }));
    const read: string[] = [];
    const sides: BothSides<string> = {
      old: () => (read.push('old'), 'a'),
      new: () => (read.push('new'), 'a'),
    };
    for (let call = 0; call < 11; call += 1) {
      compare('a', sides);
      await settle();
    }
    expect(read.flatMap((side, at) => (side === 'old' ? [at] : []))).toEqual([0, 1, 9]);
    expect(outcomes.filter((outcome) => outcome === 't1 match')).toHaveLength(8);
  });

  it.each([1, 2, 3])('takes no read that flips a coin for a mismatch (seed %i)', async (seed) => {
    const { compare, outcomes, log, told } = comparisons(new NoiseFloor());
    const random = seededRandom(seed);
    const coin = () => (random() < 0.5 ? 'a' : 'b');
    for (let call = 0; call < 300; call += 1) {
      compare(coin(), { old: coin, new: coin });
      await settle();
    }
    expect(outcomes.filter((outcome) => outcome === 't1 field')).toEqual([]);
    expect(outcomes).toContain('t1 match');
    expect(log.noiseOf(migrationName)).toBeGreaterThan(10);
    expect(told).toEqual([expect.stringContaining('differs from itself when it is repeated')]);
  });

  it('still finds a side that always differs, beside a read that is noisy', async () => {
    const { compare, outcomes } = comparisons(new NoiseFloor({ first: 1, oneIn: Infinity }));
    compare('a', { ...same, old: () => 'changes' });
    await settle();
    compare('a', different);
    await settle();
    expect(outcomes).toEqual(['t1 void', 't1 field']);
  });
});

describe('a closure', () => {
  it('is told that it runs for comparison alone', async () => {
    const { compare } = comparisons();
    const seen: boolean[] = [isShadow()];
    const told = async (): Promise<string> => {
      await Promise.resolve();
      seen.push(isShadow());
      return 'b';
    };
    compare('a', { old: told, new: told });
    await settle();
    expect(seen.slice(0, 2)).toEqual([false, true]);
    expect(new Set(seen.slice(1))).toEqual(new Set([true]));
  });
});
