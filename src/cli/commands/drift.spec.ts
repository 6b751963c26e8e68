import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { DriftView } from '../../core/schema-migration/drift/drift.ts';

const one = {
  migration: 'users-birthdate',
  since: 'expand',
  changes: ['column public.users.note was added: text', 'index i was removed: \u001b[2J'],
};

const server = (view: DriftView) =>
  new ScriptedApi({
    'GET /api/v1/targets/users-db/drift': [{ body: view }],
    'POST /api/v1/targets/users-db/drift': [{ body: one }],
  });

describe('drift', () => {
  it('says what has changed and how to take it, and exits 4', async () => {
    const ran = await askServer(server({ drift: [one], guard: null }), 'drift --target users-db');
    expect(ran.out.split('\n')).toEqual([
      'users-birthdate  has drifted since expand',
      '  column public.users.note was added: text',
      '  index i was removed:  [2J',
      '  put it back, or: crossfade drift --target users-db --accept users-birthdate',
      '',
    ]);
    expect(ran).toMatchObject({ status: 4, err: '' });
  });

  it('says that nothing has, and whether anything would be refused', async () => {
    const view = { drift: [], guard: 'the role may not' };
    const ran = await askServer(server(view), 'drift --target users-db');
    expect(ran).toMatchObject({
      status: 0,
      out: 'nothing has drifted\n',
      err: 'note: the role may not\n',
    });
    const json = await askServer(server(view), 'drift --target users-db -o json');
    expect(JSON.parse(json.out)).toEqual(view);
  });

  it('takes it in the name of a person', async () => {
    const api = server({ drift: [], guard: null });
    const line = 'drift --target users-db --accept users-birthdate';
    const ran = await askServer(api, line, { env: { USER: 'ada' } });
    expect(ran.out).toContain('users-birthdate  taken: column public.users.note was added: text\n');
    expect(api.seen[0]?.body).toEqual({ migration: 'users-birthdate', by: 'ada' });
    expect(ran.status).toBe(0);
  });
});
