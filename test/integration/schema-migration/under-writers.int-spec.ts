import { describe, expect, it } from '@jest/globals';
import { writeThrough } from '../../support/eight-writers.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const ROUNDS = propertyRuns(2);

describe('eight writers', () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'lose no write to expand or contract, and a late one is told (round %i)',
    async () => {
      const { failures, late, wrong } = await writeThrough();
      expect(failures).toEqual([]);
      expect(wrong).toEqual([]);
      expect(late).toContain(
        'users_v1.users is gone: schema migration users-birthdate has been completed',
      );
    },
  );
});
