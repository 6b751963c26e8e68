import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { LeftOver } from '../../core/protocol/cleanup-view.ts';

const trash: LeftOver = { kind: 'trash', name: 'public.t.c', words: 'put aside', removable: true };
const flag: LeftOver = { kind: 'flag', name: 'f\u001b', words: 'revision 3', removable: false };

const server = (left: readonly LeftOver[], after: object = {}) =>
  new ScriptedApi({
    'GET /api/v1/rollouts/users/cleanup': [{ body: { removed: [], left, reason: null } }],
    'POST /api/v1/rollouts/users/cleanup': [
      { body: { removed: left, left: [], reason: null, ...after } },
    ],
  });

describe('cleanup', () => {
  it('names what is left, and how to be rid of what can go', async () => {
    const ran = await askServer(server([flag, trash]), 'cleanup users');
    expect(ran.out.split('\n')).toEqual([
      'stays  flag   f           revision 3',
      'left   trash  public.t.c  put aside',
      'remove what is left for good: crossfade cleanup users --confirm users',
      '',
    ]);
    expect(ran).toMatchObject({ status: 0, err: '' });
  });

  it('says that nothing is', async () => {
    const ran = await askServer(server([]), 'cleanup users');
    expect(ran.out).toBe('users  nothing is left\n');
  });

  it('removes under the name of who asked, and only when the name is repeated', async () => {
    const api = server([trash]);
    const wrong = await askServer(api, 'cleanup users --confirm user');
    expect(wrong).toMatchObject({ status: 2, out: '' });
    expect(api.seen).toEqual([]);
    const ran = await askServer(server([trash]), 'cleanup users --confirm users -o json');
    expect(JSON.parse(ran.out)).toMatchObject({ removed: [trash] });
  });

  it('exits 4 while something could not be removed', async () => {
    const api = server([trash], { removed: [], left: [trash], reason: 'waits for a lock' });
    const ran = await askServer(api, 'cleanup users --confirm users', { env: { USER: 'ada' } });
    expect(ran).toMatchObject({ status: 4, err: 'users  waits for a lock\n' });
    expect(api.seen[0]?.body).toEqual({ confirm: 'users', by: 'ada' });
  });
});
