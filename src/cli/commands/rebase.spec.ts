import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { type Answer, ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { RebaseView } from '../../core/protocol/rebase-view.ts';

const view: RebaseView = {
  rollout: 'users-1',
  from: 'aaaaaaaaaaaa',
  to: 'bbbbbbbbbbbb',
  changes: ['soak: for 2s instead of 1s', 'guard errors is gone'],
  loosened: ['guard errors is gone'],
  answered: true,
};
const at = '/api/v1/rollouts/users/rebase';

const answering = (...answers: readonly Answer[]): ScriptedApi =>
  new ScriptedApi({ [`POST ${at}`]: answers });

describe('rebase', () => {
  it('says by which revision the rollout goes now, and what differs', async () => {
    const api = answering({ body: view });
    const line = 'rebase users --revision 0123456789ab --confirm --reason late --request-id x1';
    const ran = await askServer(api, line, { env: { USER: 'ada' } });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.out).toBe(
      'users-1 goes by revision bbbbbbbbbbbb now, by aaaaaaaaaaaa until then\n' +
        '  soak: for 2s instead of 1s\n  guard errors is gone  (looser)\n',
    );
    const asked = { revision: '0123456789ab', confirm: true, reason: 'late', requestId: 'x1' };
    expect(api.seen[0]?.body).toEqual({ ...asked, by: 'ada' });
  });

  it('says when no tick has taken it up yet, and when there was nothing to do', async () => {
    const late = await askServer(answering({ body: { ...view, answered: false } }), 'rebase users');
    expect(late.out).toContain(
      'rebase of users-1 from revision aaaaaaaaaaaa onto bbbbbbbbbbbb requested',
    );
    const same = { ...view, from: view.to, changes: [], loosened: [], reason: 'it does already' };
    const done = await askServer(answering({ body: same }), 'rebase users');
    expect(done).toMatchObject({ status: 0, out: 'users-1: it does already\n' });
  });

  it('prints each place at which the rollout cannot follow', async () => {
    const faults = [{ file: 'RolloutPolicy/users', line: 9, column: 3, message: 'fixed' }];
    const body = { code: 'refused', detail: 'users-1 stays', faults };
    const ran = await askServer(answering({ status: 409, body }), 'rebase users');
    expect(ran).toMatchObject({ status: 1, out: 'RolloutPolicy/users:9:3: fixed\n' });
    expect(ran.err).toContain('users-1 stays');
  });

  it('shows what would change, and changes nothing', async () => {
    const planned = { ...view, answered: false, changes: [], loosened: [] };
    const api = new ScriptedApi({ [`GET ${at}?revision=0123456789ab`]: [{ body: planned }] });
    const ran = await askServer(api, 'rebase users --dry-run --revision 0123456789ab');
    expect(ran.out).toBe(
      'users-1 would go from revision aaaaaaaaaaaa onto bbbbbbbbbbbb\n' +
        '  nothing that it goes by differs\n',
    );
    expect(api.seen.map(({ line }) => line)).toEqual([`GET ${at}?revision=0123456789ab`]);
  });
});
