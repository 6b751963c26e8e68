import { describe, expect, it } from '@jest/globals';
import { killedTables, MORTAL_COLUMN, MORTAL_OPERATIONS } from '../../support/killed-tables.ts';
import { testSeed } from '../../support/test-seed.ts';

describe('kill -9 of whoever works on a target', () => {
  it.each([MORTAL_COLUMN, ...MORTAL_OPERATIONS])(
    `leaves of $operation what was to be left, there and back (seed ${testSeed})`,
    async (operation) => {
      const { points, wrong } = await killedTables(operation, testSeed);
      expect(wrong).toEqual([]);
      expect(points).not.toEqual([]);
    },
  );
});
