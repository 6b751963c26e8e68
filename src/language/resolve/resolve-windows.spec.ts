import { describe, expect, it } from '@jest/globals';
import { checkPolicyText as check } from '../../../test/support/checked-files.ts';

const nights = "{ days: [mon], from: '22:00', to: '06:00', timezone: Europe/Berlin }";
const night = { days: ['mon'], from: 1_320, to: 360, timezone: 'Europe/Berlin' };

describe('when a policy may move forward', () => {
  it('is any time where nobody speaks of it, and leaves the revision of such a policy as it was', () => {
    const [policy] = check('').policies;
    expect(policy).not.toHaveProperty('windows');
    expect(policy).not.toHaveProperty('blackouts');
  });

  it('is what is written', () => {
    const { policies, faults } = check(`  windows: [${nights}]
  blackouts: [{ from: 2026-12-21, to: 2027-01-03, timezone: Europe/Berlin, reason: year end }]
  steps: [{ expand: {} }, { backfill: { during: [${nights}] } }]
`);
    expect(faults).toEqual([]);
    expect(policies).toMatchObject([
      {
        windows: [{ ...night, offHours: 'keep' }],
        blackouts: [{ from: '2026-12-21', to: '2027-01-03', reason: 'year end' }],
        steps: [{ kind: 'expand' }, { kind: 'backfill', during: [night] }],
      },
    ]);
  });

  it('is refused where it lies on no day of the calendar', () => {
    const { faults } = check(
      '  blackouts: [{ from: 2026-02-30, to: 2026-03-01, timezone: UTC }]\n',
    );
    expect(faults.map(({ message }) => message)).toEqual([
      '`from` is `2026-02-30`; expected a date such as `2026-12-24`',
    ]);
  });
});
