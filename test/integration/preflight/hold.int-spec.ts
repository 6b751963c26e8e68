import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { UsersTarget } from '../../support/users-target.ts';

const never = new AbortController().signal;

describe('expand behind preflight', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
  });
  afterEach(() => target.close());

  /** What expand has made so far. */
  async function made(): Promise<number> {
    const { rowCount } = await target.admin.query(
      `SELECT FROM pg_namespace WHERE nspname LIKE 'users_v%'`,
    );
    return rowCount ?? 0;
  }

  it('creates nothing while something blocks, says what and how to mend it, and goes on by itself', async () => {
    await target.admin.query('CREATE RULE quiet AS ON UPDATE TO users DO ALSO NOTHING');
    const id = await target.ensure('expand');
    await target.works.work('spec', 60_000, never);
    expect(await target.job(id)).toMatchObject({
      status: 'running',
      hold: 'preflight:rule',
      reason:
        "preflight: The rule quiet rewrites every UPDATE of public.users, so the backfill's would not " +
        'do what it says. Replace it by a trigger, then DROP RULE "quiet" ON public.users;',
    });
    expect(await made()).toBe(0);
    await target.admin.query('DROP RULE quiet ON users');
    await target.admin.query('UPDATE crossfade.job SET due_at = now()');
    expect(await target.run('expand')).not.toHaveProperty('hold');
    expect((await target.job(id)).status).toBe('done');
  });

  it('counts what else blocks', async () => {
    await target.admin.query(
      `CREATE RULE a AS ON UPDATE TO users DO ALSO NOTHING; CREATE RULE b AS ON UPDATE TO users DO ALSO NOTHING`,
    );
    const id = await target.ensure('expand');
    await target.works.work('spec', 60_000, never);
    expect((await target.job(id)).reason).toMatch(/\(and 1 more: crossfade target check\)$/);
  });

  it('adds what only deserves a word to what expand says at its end', async () => {
    await target.admin.query('CREATE VIEW births AS SELECT dob FROM users');
    const { status, reason } = await target.run('expand');
    expect(status).toBe('done');
    expect(reason).toMatch(/round trip: .*; preflight warned of view$/);
  });

  it('looks no more once expand has begun: what it would find may be ours', async () => {
    let isKilled = true;
    target.faults.at = (point) => {
      if (isKilled && point === 'expand.afterCommit') throw new Error('killed');
    };
    const id = await target.ensure('expand');
    await target.works.work('spec', 60_000, never);
    isKilled = false;
    await target.admin.query(
      `CREATE RULE quiet AS ON UPDATE TO users DO ALSO NOTHING;
       UPDATE crossfade.job SET status = 'pending', lease_until = NULL, due_at = now()`,
    );
    // Another process, which remembers nothing.
    const works = new TargetWorks(openTargetPostgres(target.url), target.faults);
    await works.work('spec', 60_000, never);
    await works.close();
    expect(await target.job(id)).toMatchObject({ status: 'done' });
  });
});
