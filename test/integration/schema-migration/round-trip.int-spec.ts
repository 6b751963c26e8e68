import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AddColumn } from '../../../src/core/schema-migration/operation.ts';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import type { JobState } from '../../../src/core/schema-migration/job.ts';
import { ADD_BIRTHDATE, USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

function withChange(change: Partial<AddColumn>): SchemaMigration {
  return { ...USERS_BIRTHDATE, operations: [{ ...ADD_BIRTHDATE, ...change }] };
}

describe('the round trip, first act of expand', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1990-01-01'), (NULL)`);
  });
  afterEach(() => target.close());

  /** One turn at expand. */
  async function begun(migration = USERS_BIRTHDATE): Promise<JobState> {
    const id = await target.ensure('expand', migration);
    await target.admin.query('UPDATE crossfade.job SET due_at = now()');
    await target.works.work('spec', 60_000, new AbortController().signal);
    return target.job(id);
  }

  /** Objects of ours beside schema `crossfade` as it was prepared. */
  async function created(): Promise<readonly string[]> {
    const { rows } = await target.admin.query<{ name: string }>(
      `SELECT proname AS name FROM pg_proc WHERE proname ~ '^(sync|pair)_'
       UNION SELECT nspname FROM pg_namespace WHERE nspname LIKE 'users\\_v%'
       UNION SELECT column_name FROM information_schema.columns
         WHERE table_name = 'users' AND column_name = 'birthdate'`,
    );
    return rows.map(({ name }) => name);
  }

  it('goes on when all comes back, and says what was tried and what would not', async () => {
    const state = await begun();
    expect(state).toMatchObject({ status: 'done' });
    expect(state.reason).toMatch(
      /^round trip: 2 rows and \d+ made-up values of users\.dob tried, would not come back: .*'infinity'.*'0044-03-15 BC'/,
    );
    expect(await created()).toHaveLength(5);
  });

  it('holds for a row that would not come back, names it without its value, and creates nothing', async () => {
    await target.admin.query(`INSERT INTO users (dob) VALUES ('7 Mar 1991'), ('8 Mar 1991')`);
    const state = await begun();
    expect(state).toMatchObject({ status: 'running', hold: 'roundTrip' });
    expect(state.reason).toContain(
      `round trip: users(3) holds '9 Aaa 9999' in dob and would get back '9999-99-99' ` +
        `(digits shown as 9, letters as a); 2 rows of 4 tried.`,
    );
    expect(state.reason).not.toContain('Mar');
    expect(await created()).toEqual([]);
  });

  it('goes on by itself when the rows have been mended', async () => {
    await target.admin.query(`INSERT INTO users (dob) VALUES ('7 Mar 1991')`);
    expect(await begun()).toMatchObject({ hold: 'roundTrip' });
    await target.admin.query(`UPDATE users SET dob = '1991-03-07' WHERE dob = '7 Mar 1991'`);
    const state = await begun();
    expect(state).toMatchObject({ status: 'done' });
    expect(state.hold).toBeUndefined();
  });

  it('is not held up by a malformed text: that is what quarantine is for', async () => {
    await target.admin.query(`INSERT INTO users (dob) VALUES ('soon'), ('')`);
    const state = await begun();
    expect(state).toMatchObject({ status: 'done' });
    expect(state.reason).toContain('2 rows cannot be converted');
  });

  it.each<[string, Partial<AddColumn>, string]>([
    [
      'NULL',
      { up: `coalesce(dob, '1900-01-01')::date` },
      `NULL in users.dob would come back as '1900-01-01'`,
    ],
    [
      'the empty text',
      { up: `nullif(dob, '')::date` },
      `the empty text in users.dob would come back as NULL`,
    ],
  ])('holds when %s would not come back although no row holds it', async (_, change, reason) => {
    await target.admin.query('DELETE FROM users');
    const state = await begun(withChange(change));
    expect(state).toMatchObject({ hold: 'roundTrip', reason: expect.stringContaining(reason) });
    expect(await created()).toEqual([]);
  });

  it('tries the default of the column, and leaves out what a check refuses', async () => {
    await target.admin.query(
      `ALTER TABLE users ALTER dob SET DEFAULT 'infinity', ADD CHECK (dob <> '')`,
    );
    const state = await begun(withChange({ up: `nullif(dob, '')::date` }));
    expect(state.reason).toContain(`the default 'infinity' in users.dob would come back as NULL`);
  });

  it('holds on an empty table when nothing that converts comes back', async () => {
    await target.admin.query('DELETE FROM users');
    const state = await begun(withChange({ down: { dob: `to_char(birthdate, 'YY-MM-DD')` } }));
    expect(state.reason).toContain('no value tried in users.dob comes back');
    expect(state).toMatchObject({ hold: 'roundTrip' });
  });

  it('holds when down fails for what up takes', async () => {
    const state = await begun(withChange({ down: { dob: `(1 / (birthdate - birthdate))::text` } }));
    expect(state.reason).toContain('users(1) holds');
    expect(state).toMatchObject({ hold: 'roundTrip' });
  });

  it('lends made-up values the other columns of real rows', async () => {
    await target.admin.query(`UPDATE users SET name = 'Ada', dob = coalesce(dob, '1990-01-01')`);
    const both = withChange({
      type: 'text',
      up: `name || '/' || coalesce(dob, '-')`,
      down: { dob: `nullif(split_part(birthdate, '/', 2), '-')` },
    });
    expect(await begun(both)).toMatchObject({ status: 'done' });
  });
});
