import { describe, expect, it } from '@jest/globals';
import { look, viewWith } from '../../../test/support/rollout-view.ts';
import { rolloutDetail } from './rollout-detail.ts';

const job = {
  id: 'r/backfill',
  rollout: 'r',
  kind: 'backfill',
  status: 'done',
  done: 1000,
  total: 1000,
  differences: null,
  quarantined: 2,
  reason: null,
  generation: 1,
} as const;

describe('the work on the data in a status', () => {
  it('tells rows in quarantine once, and who names them', () => {
    const verify = { ...job, kind: 'verify', differences: 0 } as const;
    expect(rolloutDetail(viewWith({ jobs: [job, verify] }), look)).toContain(
      'backfill done  verify done 0 differences  2 rows in quarantine (crossfade parity users-birthdate --rows)\n',
    );
  });
});
