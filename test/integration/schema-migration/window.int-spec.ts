import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Policy } from '../../../src/core/policy/policy.ts';
import { RolloutOnTarget } from '../../support/rollout-on-target.ts';
import { UsersTarget } from '../../support/users-target.ts';

const hour = 3_600_000;

/** Worlds begin at 0:16:40 of Thursday, the 1st of January 1970. */
const HOURS: Pick<Policy, 'windows' | 'blackouts'> = {
  windows: [
    { days: ['thu', 'fri', 'sat'], from: 0, to: 22 * 60, timezone: 'UTC', offHours: 'keep' },
  ],
  blackouts: [{ from: '1970-01-02', to: '1970-01-02', timezone: 'UTC', reason: 'stocktaking' }],
};

describe('a contract that comes up when its window is closed', () => {
  let target: UsersTarget;
  let rollout: RolloutOnTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1990-01-01')`);
    rollout = new RolloutOnTarget(target, 1, HOURS);
  });
  afterEach(() => target.close());

  const hold = () => rollout.world.rollout.hold;

  /** Moves the rollout's clock to an hour after its 1970 began, and lets it look. */
  const passTo = async (hours: number): Promise<void> => {
    rollout.world.pass(hours * hour - rollout.world.now);
    for (let ticks = 0; ticks < 4; ticks += 1) await rollout.tick();
  };

  const jobs = async () =>
    (await target.works.jobs(rollout.world.rollout.id)).map(({ kind }) => kind);

  /** What the version that was in use reads. */
  const oldVersion = () => target.admin.query('SELECT dob FROM users_v1.users');

  it('waits through a blackout and a night without touching the target, and runs when it opens', async () => {
    await rollout.until(() => rollout.step === 'soak');
    rollout.world.pass(36 * hour - rollout.world.now);
    await rollout.until(() => hold()?.code === 'window');
    expect(rollout.step).toBe('contract');
    expect(hold()?.reason).toBe(
      'blackout from 1970-01-02 to 1970-01-02 (stocktaking), until Sat 1970-01-03 00:00 UTC',
    );
    await passTo(47);
    expect(hold()?.code).toBe('window');
    expect(await jobs()).not.toContain('contract');
    expect((await oldVersion()).rows).toEqual([{ dob: '1990-01-01' }]);

    rollout.world.pass(48 * hour + 1_000 - rollout.world.now);
    await rollout.until(() => rollout.world.rollout.phase === 'completed');
    expect(hold()).toBeNull();
    await expect(oldVersion()).rejects.toThrow('users_v1');
    const { rows } = await target.admin.query('SELECT birthdate::text FROM users_v2.users');
    expect(rows).toEqual([{ birthdate: '1990-01-01' }]);
  });
});
