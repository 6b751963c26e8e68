import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

describe('the round trip before a start', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(
      `INSERT INTO users (dob) VALUES ('1990-01-01'), ('1 Jan 1990'), ('soon'), (NULL)`,
    );
  });
  afterEach(() => target.close());

  it('names rows and odd values that do not come back, and changes nothing', async () => {
    const faults = await target.works.checkRoundTrip(USERS_BIRTHDATE);
    const rows = faults.filter(({ key }) => key !== null);
    expect(rows.map(({ key, value, kind }) => ({ key, value, kind }))).toEqual([
      { key: ['2'], value: '1 Jan 1990', kind: 'loss' },
      { key: ['3'], value: 'soon', kind: 'error' },
    ]);
    const odd = faults
      .filter(({ key }) => key === null)
      .map(({ value, kind }) => `${kind} ${value}`);
    expect(odd).toEqual(
      expect.arrayContaining(['error ', 'error malformed', 'loss infinity', 'loss 0044-03-15 BC']),
    );
    expect(odd).not.toContain('loss 9999-12-31');
    const { rows: left } = await target.admin.query(
      `SELECT (SELECT count(*)::int FROM pg_proc WHERE proname LIKE 'pair\\_%') AS functions,
         (SELECT count(*)::int FROM information_schema.columns WHERE table_name = 'users') AS columns`,
    );
    expect(left).toEqual([{ functions: 0, columns: 6 }]);
  });

  it('finds nothing wrong with a NULL that comes back as NULL', async () => {
    await target.admin.query(`DELETE FROM users WHERE dob IS NOT NULL`);
    const faults = await target.works.checkRoundTrip(USERS_BIRTHDATE);
    expect(faults.filter(({ value }) => value === null)).toEqual([]);
  });
});
