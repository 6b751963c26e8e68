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

/** What an attempt after the first one asks for. */
const next = (kind: 'expand' | 'retire', generation: number): Promise<string> =>
  target.ensure(kind, USERS_BIRTHDATE, { rollout: 'r2', generation });

const retire = (generation: number): Promise<string> =>
  target.ensure('retire', USERS_BIRTHDATE, { generation });

const statusOf = async (job: string): Promise<unknown> =>
  (await target.admin.query('SELECT status FROM crossfade.job WHERE id = $1', [job])).rows[0];

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

describe('a start right after an abort', () => {
  it('keeps the shape that the former attempt was about to put away', async () => {
    expect(await target.run('expand')).toMatchObject({ status: 'done' });
    const leaving = await retire(2);
    await next('expand', 3);
    expect(await statusOf(leaving)).toEqual({ status: 'revoked' });
    while (await target.works.work('spec', 60_000, new AbortController().signal));
    expect(await statusOf('r2/expand')).toEqual({ status: 'done' });
    const { rows } = await target.admin.query('SELECT birthdate FROM users_v2.users');
    expect(rows).toEqual([]);
  });

  it('leaves nothing to put away to whoever asks for it late', async () => {
    await target.run('expand');
    await next('expand', 3);
    const late = await retire(2);
    expect(await statusOf(late)).toBeUndefined();
  });

  it('takes what has been put away already for what it is, and puts its own away', async () => {
    await target.run('expand');
    const first = await retire(2);
    await target.works.work('spec', 1_000, new AbortController().signal);
    expect(await statusOf(first)).toEqual({ status: 'done' });
    await next('expand', 3);
    expect(await statusOf(first)).toEqual({ status: 'done' });
    expect(await statusOf(await next('retire', 4))).toEqual({ status: 'pending' });
  });
});
