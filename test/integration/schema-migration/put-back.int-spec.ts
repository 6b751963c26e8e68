import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresObservationStore } from '../../../src/adapters/postgres/postgres-observation-store.ts';
import { createRollout } from '../../../src/core/rollout/create-rollout.ts';
import { TargetCollector } from '../../../src/engine/target-collector.ts';
import { examplePolicy } from '../../support/example-policy.ts';
import { Opened } from '../../support/opened.ts';
import { Silence } from '../../support/silence.ts';
import { createStateDatabase } from '../../support/state-database.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

const policy = { ...examplePolicy, schemaMigration: USERS_BIRTHDATE };

describe('a target that forgets the expand of a rollout that lives', () => {
  const opened = new Opened();
  let target: UsersTarget;
  let drift: () => Promise<string | undefined>;
  beforeAll(async () => {
    const state = opened.keep(await createStateDatabase(), (one) => one.close());
    await state.rollouts.create(createRollout(policy, 'r1', 1, 0), policy);
    target = opened.keep(await UsersTarget.create(), (one) => one.close());
    const observations = new PostgresObservationStore(state.source);
    const clock = { now: () => Promise.resolve(Date.now()) };
    const silence = new Silence();
    const { targets } = target;
    const collector = new TargetCollector(state.rollouts, observations, targets, clock, silence);
    drift = async () => {
      await collector.collect(policy.target);
      return (await observations.target('r1'))?.drift;
    };
  });
  afterAll(() => opened.close());

  it('is a drift that says what to do, and stays one until it is expanded again', async () => {
    expect(await drift()).toBeUndefined();
    await target.run('expand');
    expect(await drift()).toBeUndefined();
    await target.admin
      .query(`SET crossfade.own = 'on'; DROP SCHEMA crossfade, users_v1, users_v2 CASCADE;
      ALTER TABLE users DROP COLUMN birthdate CASCADE`);
    // Until it is opened anew it cannot be observed at all.
    expect(await drift()).toBeUndefined();
    await target.works.prepare();
    const words =
      /no longer knows that users-birthdate was expanded.* crossfade rollback users-birthdate, then crossfade retry/;
    expect(await drift()).toMatch(words);
    expect(await drift()).toMatch(words);
    await target.run('expand');
    expect(await drift()).toBeUndefined();
  });
});
