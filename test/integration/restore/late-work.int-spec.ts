import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { createRollout } from '../../../src/core/rollout/create-rollout.ts';
import type { TargetCollector } from '../../../src/engine/target-collector.ts';
import { TargetWorkers } from '../../../src/engine/target-workers.ts';
import { Heart } from '../../../src/server/engine/heart.ts';
import { Pulse } from '../../../src/server/engine/pulse.ts';
import { TargetBeats } from '../../../src/server/engine/target-beats.ts';
import { policyWith } from '../../support/checked-policy.ts';
import { quietTick } from '../../support/quiet-tick.ts';
import { Silence } from '../../support/silence.ts';
import { createStateDatabase, type StateDatabase } from '../../support/state-database.ts';
import { until } from '../../support/until.ts';
import { UsersTarget } from '../../support/users-target.ts';

describe('work that outlives its rollout', () => {
  let target: UsersTarget;
  let state: StateDatabase;
  beforeEach(async () => {
    target = await UsersTarget.create();
    state = await createStateDatabase();
  });
  afterEach(async () => {
    await target.close();
    await state.close();
  });

  it('is carried out by the beats of the server, while nobody asks how far it is', async () => {
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1990-01-01')`);
    for (const kind of ['expand', 'backfill', 'contract'] as const) await target.run(kind);
    const policy = policyWith();
    await state.rollouts.create(createRollout(policy, 'r1', 1, 0), policy);
    const claim = await state.rollouts.claimDue('spec', 10_000);
    if (claim === null) throw new Error('It is due at once.');
    const rollout = { ...claim.rollout, phase: 'completed' } as const;
    await state.rollouts.commit(claim, quietTick(claim, { rollout }));
    expect(await state.rollouts.activeTargets()).toEqual([]);
    const targets = { open: () => Promise.resolve(target.works), close: () => Promise.resolve() };
    const pulse = new Pulse();
    const heart = new Heart(new SchedulerRegistry(), new Silence(), pulse);
    const workers = new TargetWorkers(targets, { name: 'spec' });
    const collector = { collect: () => Promise.resolve([]) } as unknown as TargetCollector;
    const beats = new TargetBeats(heart, pulse, state.rollouts, collector, workers);
    const id = await target.ensure('restore');
    pulse.hurry('work');
    pulse.hurry('late work');
    await until(async () => (await target.job(id)).status === 'done');
    beats.onApplicationShutdown();
    await heart.onApplicationShutdown();
    expect((await target.row(1)).dob).toBe('1990-01-01');
  });
});
