import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { UsersTarget } from '../../support/users-target.ts';

describe('the sync of two columns, beside triggers of the application', () => {
  let target: UsersTarget;
  let app: Client;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(
      `INSERT INTO users (name, dob) VALUES ('ann', '1990-01-01'); SET track_functions = 'all'`,
    );
  });
  afterEach(() => target.close());

  const trigger = (event: string, body: string) =>
    target.admin
      .query(`CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN ${body} END';
      CREATE TRIGGER mine ${event} ON users FOR EACH ROW EXECUTE FUNCTION mine()`);

  const expand = async (): Promise<void> => {
    await target.run('expand');
    await target.run('backfill');
    app = await target.application();
  };

  /** How often a sync function was entered by now. */
  const entered = async (): Promise<number> => {
    const { rows } = await target.admin.query<{ calls: string }>(
      `SELECT coalesce(sum(pg_stat_get_xact_function_calls(oid)), 0) AS calls
       FROM pg_proc WHERE pronamespace = 'crossfade'::regnamespace AND proname LIKE 'sync_%'`,
    );
    return Number(rows[0]?.calls);
  };

  it('enters no function for an update of another column', async () => {
    await expand();
    await target.admin.query('BEGIN');
    await target.admin.query(`UPDATE users SET name = 'bob'`);
    expect(await entered()).toBe(0);
    await target.admin.query(`UPDATE users SET dob = '1991-01-01'`);
    expect(await entered()).toBe(1);
    await target.admin.query('COMMIT');
  });

  it('carries a write of both columns once, whichever of the two has changed', async () => {
    await expand();
    const both = (dob: string, birthdate: string) =>
      target.admin.query(`UPDATE users SET dob = '${dob}', birthdate = '${birthdate}'`);
    await both('1990-01-01', '1991-01-01');
    expect(await target.row(1)).toEqual({ dob: '1991-01-01', birthdate: '1991-01-01' });
    await both('1992-01-01', '1991-01-01');
    expect(await target.row(1)).toEqual({ dob: '1992-01-01', birthdate: '1992-01-01' });
    expect(await target.quarantine()).toEqual([]);
    await both('1992-01-01', 'infinity');
    const { rows } = await target.admin.query('SELECT kind, times FROM crossfade.quarantine');
    expect(rows).toEqual([{ kind: 'loss', times: 1 }]);
  });

  it('passes by where it is switched off, for either side', async () => {
    await expand();
    await target.admin.query(`SET crossfade.sync = 'off'; UPDATE users SET dob = '1991-01-01'`);
    expect(await target.row(1)).toEqual({ dob: '1991-01-01', birthdate: '1990-01-01' });
    await target.admin.query(`UPDATE users SET birthdate = '1992-01-01'`);
    expect(await target.row(1)).toEqual({ dob: '1991-01-01', birthdate: '1992-01-01' });
  });

  it('follows what a BEFORE trigger writes on the way, whatever column was named', async () => {
    await trigger(
      'BEFORE UPDATE',
      `IF NEW.name = ''bob'' THEN NEW.dob := ''2001-02-03''; END IF; RETURN NEW;`,
    );
    await expand();
    await app.query(`UPDATE users_v1.users SET name = 'bob'`);
    expect(await target.row(1)).toEqual({ dob: '2001-02-03', birthdate: '2001-02-03' });
  });

  it('records what cannot be converted of what such a trigger writes', async () => {
    await trigger('BEFORE UPDATE OF name', `NEW.dob := ''soon''; RETURN NEW;`);
    await expand();
    await app.query(`UPDATE users_v1.users SET name = 'bob'`);
    expect(await target.quarantine()).toMatchObject([{ key: ['1'], kind: 'error' }]);
  });
});
