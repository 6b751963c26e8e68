import { describe, expect, it } from '@jest/globals';
import { killedTables, MORTALS } from '../../support/killed-tables.ts';
import { testSeed } from '../../support/test-seed.ts';

describe('kill -9 of whoever works on a target', () => {
  it.each(MORTALS)(
    `leaves what was to be left, there and back: $what (seed ${testSeed})`,
    async (mortal) => {
      const { points, wrong } = await killedTables(mortal, testSeed);
      expect(wrong).toEqual([]);
      expect(points).not.toEqual([]);
    },
  );
});
