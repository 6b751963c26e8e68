import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

let target: UsersTarget;
let id: string;

beforeEach(async () => {
  target = await UsersTarget.create();
  id = await target.ensure('expand');
});

afterEach(async () => {
  await target.close();
});

const again = (generation: number): Promise<string> =>
  target.ensure('expand', USERS_BIRTHDATE, { generation });

const begin = (): Promise<unknown> =>
  target.admin.query(
    `UPDATE crossfade.job SET status = 'running', owner = 'worker', fence = fence + 1`,
  );

const fence = async (): Promise<unknown> =>
  (await target.admin.query('SELECT fence FROM crossfade.job')).rows[0];

describe('a revocation', () => {
  it('stops what was asked for until then, and locks out whoever works on it', async () => {
    await begin();
    await target.works.revokeJob(id, 1);
    expect(await target.job(id)).toMatchObject({ status: 'revoked', generation: 1 });
    expect(await fence()).toEqual({ fence: '2' });
  });

  it('that comes late leaves alone what goes on since, and whoever works on it', async () => {
    await target.works.revokeJob(id, 1);
    await again(2);
    await begin();
    const held = await fence();
    await target.works.revokeJob(id, 1);
    expect(await target.job(id)).toMatchObject({ status: 'running', generation: 2 });
    expect(await fence()).toEqual(held);
  });

  it('leaves alone as well what it never reached before a person went on', async () => {
    await begin();
    const held = await fence();
    await again(2);
    expect(await fence()).toEqual(held);
    await target.works.revokeJob(id, 1);
    expect(await target.job(id)).toMatchObject({ status: 'running', generation: 2 });
    await target.works.revokeJob(id, 2);
    expect(await target.job(id)).toMatchObject({ status: 'revoked' });
  });

  it('touches nothing that has ended', async () => {
    expect(await target.run('expand')).toMatchObject({ status: 'done' });
    await target.works.revokeJob(id, 9);
    await again(10);
    expect(await target.job(id)).toMatchObject({ status: 'done', generation: 1 });
  });
});
