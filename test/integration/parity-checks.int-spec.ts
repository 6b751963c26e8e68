import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { ParityChecks } from '../../src/engine/parity-checks.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../support/users-target.ts';

const policy = { ...examplePolicy, schemaMigration: USERS_BIRTHDATE };
const { name } = policy;
const blind = policyNamed('blind', {
  schemaMigration: USERS_BIRTHDATE,
  unit: { ...policy.unit, columns: {} },
});

describe('a check of parity that a person asks for', () => {
  let target: UsersTarget;
  let state: StateDatabase;
  let checks: ParityChecks;
  beforeAll(async () => {
    state = await createStateDatabase();
    // The id under which jobs are asked for below.
    await state.rollouts.create(createRollout(policy, 'r1', 1, 0), policy);
    await state.rollouts.create(createRollout(blind, 'r2', 1, 0), blind);
  });
  afterAll(() => state.close());
  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(
      `INSERT INTO users (tenant_id, dob) SELECT 't' || n % 2, '2000-01-01' FROM generate_series(1, 10) n`,
    );
    checks = new ParityChecks(state.rollouts, target.targets, { name: 'spec' });
  });
  afterEach(() => target.close());

  const ask = (generation: number, unit: string | null = null, budgetMs = 60_000) =>
    checks.advance({ name, author: 'ada', generation, unit }, budgetMs);

  it('is refused until every row has been filled, and again after contract', async () => {
    await expect(ask(1)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('keeps nothing in step'),
    });
    await target.run('expand');
    await expect(ask(1)).rejects.toThrow('the backfill of r1 has not ended');
    for (const kind of ['backfill', 'verify', 'contract'] as const) await target.run(kind);
    await expect(ask(1)).rejects.toThrow('keeps nothing in step');
    await expect(checks.last(name)).rejects.toMatchObject({ code: 'notFound' });
  });

  it('looks anew with each request, and once with each generation', async () => {
    for (const kind of ['expand', 'backfill'] as const) await target.run(kind);
    expect(await ask(1)).toMatchObject({ state: 'done', compared: 10, differences: 0, by: 'ada' });
    await target.admin.query(
      `SET session_replication_role = replica; UPDATE users SET birthdate = NULL WHERE id = 1`,
    );
    expect(await ask(1)).toMatchObject({ generation: 1, differences: 0 });
    expect(await ask(2, 't1')).toMatchObject({ unit: 't1', compared: 5, differences: 1 });
    expect(await ask(3, 't0')).toMatchObject({ unit: 't0', compared: 5, differences: 0 });
    expect(await checks.last(name)).toMatchObject({ generation: 3, unit: 't0', state: 'done' });
  });

  it('names the rows that could not be converted, and no value of theirs', async () => {
    await target.admin.query(`UPDATE users SET dob = 'n/a' WHERE id IN (2, 10)`);
    for (const kind of ['expand', 'backfill'] as const) await target.run(kind);
    const told = {
      place: 'users.birthdate',
      direction: 'up',
      kind: 'error',
      reason: 'invalid input syntax for type date: … (3 characters)',
    };
    expect(await ask(1)).toMatchObject({
      quarantined: 2,
      kept: [
        { row: 'users(2)', ...told },
        { row: 'users(10)', ...told },
      ],
    });
  });

  it('is left to others when nobody waits', async () => {
    for (const kind of ['expand', 'backfill'] as const) await target.run(kind);
    expect(await ask(1, null, 0)).toMatchObject({ state: 'working', differences: null });
    await target.works.work('another', 60_000, new AbortController().signal);
    expect(await checks.last(name)).toMatchObject({ state: 'done', differences: 0 });
  });

  it('names the column that the policy would have to name', async () => {
    for (const kind of ['expand', 'backfill'] as const) await target.run(kind);
    const request = { name: blind.name, author: 'ada', generation: 1, unit: 't1' };
    await expect(checks.advance(request, 0)).rejects.toThrow(
      'no column holds the unit for users.birthdate; name it in blind',
    );
  });
});
