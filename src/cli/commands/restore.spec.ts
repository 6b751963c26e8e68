import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

const answer = (state: string, reason: string | null = null, parts: readonly unknown[] = []) => ({
  body: { generation: 7, rollout: 'users-1', progress: { migration: 'm', state, parts, reason } },
});

const server = (...answers: readonly { body: unknown }[]) =>
  new ScriptedApi({ 'POST /api/v1/rollouts/users/restore': answers });

const line = 'restore users --confirm users';

describe('restore', () => {
  it('asks for the name again before it sends anything', async () => {
    const api = server(answer('applied'));
    const ran = await askServer(api, 'restore users --confirm user');
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain('repeat the name: crossfade restore users --confirm users');
    expect(api.seen).toEqual([]);
  });

  it('waits for the end under one generation, and says what came back', async () => {
    const reason = 'brought back: column users.dob';
    const parts = [{ kind: 'restore', done: 0, differences: null, reason }];
    const api = server(
      answer('waits', 'waits for a lock\u001b'),
      answer('working'),
      answer('applied', null, parts),
    );
    const ran = await askServer(api, line, { env: { USER: 'ada' } });
    expect(ran).toMatchObject({ status: 0, err: 'users  waits for a lock \n' });
    expect(ran.out.split('\n')).toEqual([
      'users  restore done; brought back: column users.dob',
      'users  both versions live again: old code may come back',
      '',
    ]);
    expect(api.seen.map(({ body }) => body)).toEqual([
      { confirm: 'users', by: 'ada' },
      { confirm: 'users', by: 'ada', generation: 7 },
      { confirm: 'users', by: 'ada', generation: 7 },
    ]);
  });

  it.each([
    ['failed', 1],
    ['held', 4],
  ])('ends when it has %s, with the reason', async (state, status) => {
    const ran = await askServer(server(answer(state, '2 rows differ')), line);
    expect(ran).toMatchObject({ status, out: `users  ${state.toUpperCase()}: 2 rows differ\n` });
  });

  it('goes on another time when the time is over', async () => {
    const ran = await askServer(server(answer('working')), `${line} --timeout 1s`);
    expect(ran).toMatchObject({ status: 5, err: 'not done within 1s; run it again to go on\n' });
  });
});
