import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ShopTarget } from '../../support/shop-target.ts';
import { UsersTarget } from '../../support/users-target.ts';

let target: UsersTarget;
const rows = `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 50) n`;

beforeEach(async () => {
  target = await UsersTarget.create();
  await target.admin.query(rows);
});
afterEach(() => target.close());

const changes = async (): Promise<readonly string[]> =>
  (await target.works.records.drift('users-birthdate')).flatMap((one) => one.changes);

/** One turn of a worker; the job as it then is. */
async function turn(kind: 'backfill' | 'verify' | 'contract' | 'retire') {
  const id = await target.ensure(kind);
  await target.admin.query('UPDATE crossfade.job SET due_at = now()');
  await target.works.work('spec', 60_000, new AbortController().signal);
  return target.job(id);
}

describe('drift', () => {
  it('is nothing that Crossfade did itself, in any part', async () => {
    for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
      expect(await target.run(kind)).toMatchObject({ status: 'done' });
      expect(await changes()).toEqual([]);
    }
  });

  it.each([
    ['ALTER TABLE users ADD COLUMN note text', ['column public.users.note was added: text']],
    [
      'ALTER TABLE users ALTER COLUMN tenant_id DROP NOT NULL',
      [/^column public\.users\.tenant_id was changed: text, not null, .* became text, default/],
    ],
    [
      'CREATE INDEX users_dob ON users (dob)',
      [
        'index users_dob on public.users was added: CREATE INDEX users_dob ON public.users USING btree (dob)',
      ],
    ],
    [
      'ALTER TABLE users DROP CONSTRAINT users_email_key',
      [/^constraint users_email_key .* was removed: UNIQUE \(email\)$/],
    ],
    [
      `ALTER TABLE users ALTER COLUMN tenant_id SET DEFAULT 'x'`,
      [/default 'acme'::text became .* default 'x'::text$/],
    ],
    [
      `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()`,
      [/^trigger touch on public\.users was added/],
    ],
    [
      'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
      [/^table public\.users was changed: .* became .* row security$/],
    ],
    ['ALTER TABLE users DISABLE TRIGGER USER', [/^trigger .* became disabled: CREATE TRIGGER/]],
  ] as const)('is found after %s', async (sql, told) => {
    await target.run('expand');
    await target.admin.query(`SET crossfade.own = 'on'; ${sql}`);
    const found = await changes();
    for (const words of told) {
      const isTold = (one: string) => (typeof words === 'string' ? one === words : words.test(one));
      expect({ found, told: found.some(isTold) }).toMatchObject({ told: true });
    }
  });

  it.each(['backfill', 'contract', 'retire'] as const)('keeps %s from beginning', async (kind) => {
    await target.run('expand');
    if (kind === 'contract') await target.run('backfill');
    await target.admin.query('ALTER TABLE users ADD COLUMN note text');
    const held = await turn(kind);
    expect(held).toMatchObject({ status: 'running', hold: 'drift', done: 0 });
    expect(held.reason).toContain('column public.users.note was added: text');
    expect(held.reason).toContain('crossfade drift --target TARGET --accept users-birthdate');
    await target.admin.query('ALTER TABLE users DROP COLUMN note');
    let { status } = await turn(kind);
    while (status === 'running') ({ status } = await turn(kind));
    expect(status).toBe('done');
  });

  it('keeps no parity check from its work, which a rollback may need, and stays a drift', async () => {
    await target.run('expand');
    await target.admin.query('ALTER TABLE users ADD COLUMN note text');
    expect(await turn('verify')).toMatchObject({ status: 'done' });
    expect(await changes()).toHaveLength(1);
    expect(await turn('contract')).toMatchObject({ hold: 'drift' });
  });

  it('is found in the middle of a backfill', async () => {
    await target.run('expand');
    await target.ensure('backfill');
    await target.works.work('spec', 0, new AbortController().signal);
    await target.admin.query('ALTER TABLE users ADD COLUMN note text');
    expect(await changes()).toHaveLength(1);
    await target.run('backfill');
    expect(await changes()).toHaveLength(1);
  });

  it('is gone once a person takes it, which the history keeps with the name', async () => {
    await target.run('expand');
    await target.admin.query('ALTER TABLE users ADD COLUMN note text');
    await turn('backfill');
    const { records } = target.works;
    expect(await records.acceptDrift('users-birthdate', 'ada')).toMatchObject({ since: 'expand' });
    expect(await changes()).toEqual([]);
    expect((await records.history()).at(-1)).toMatchObject({
      part: 'accept',
      author: 'ada',
      rollout: 'r1',
      reason: 'column public.users.note was added: text',
    });
    expect(await records.acceptDrift('users-birthdate', 'ada')).toBeNull();
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 50 });
    expect(await target.run('contract')).toMatchObject({ status: 'done' });
  });

  it('is nobody else’s: other tables, columns put aside, and what is over', async () => {
    await target.run('expand');
    await target.run('retire');
    await target.admin.query('ALTER TABLE users ADD COLUMN note text; CREATE TABLE other (id int)');
    expect(await changes()).toEqual([]);
    const again = await UsersTarget.create();
    await again.admin.query(`ALTER TABLE users ADD COLUMN _crossfade_00000000_old text`);
    await again.run('expand');
    await again.admin.query('ALTER TABLE users DROP COLUMN _crossfade_00000000_old');
    expect(await again.works.records.drift()).toEqual([]);
    await again.close();
  });

  it('keeps no migration from being taken back that others have taken names from, once it is accepted', async () => {
    const [table, enforce] = ['orders', 'contract'] as const;
    const shop = await ShopTarget.create(
      { operation: 'addCheck', table, name: 'short', check: 'id > 0', enforce, replaces: null },
      {
        operation: 'addUnique',
        table,
        name: 'once',
        columns: ['id', 'phone'],
        include: [],
        nulls: 'distinct',
        enforce,
      },
      { operation: 'renameColumn', table, column: 'note', to: 'remark' },
      { operation: 'renameTable', table, to: 'sales' },
    );
    try {
      await shop.run('expand', 'backfill');
      await shop.admin(`ALTER TABLE orders ADD COLUMN remark text, ADD CONSTRAINT short CHECK (id > 1 OR true),
        ADD CONSTRAINT once CHECK (id > 2 OR true); CREATE TABLE sales ()`);
      expect(await shop.run('retire')).toMatchObject({ hold: 'drift' });
      await shop.target.works.records.acceptDrift('shop', 'ada');
      await shop.admin('UPDATE crossfade.job SET due_at = now()');
      expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    } finally {
      await shop.close();
    }
  });
});
