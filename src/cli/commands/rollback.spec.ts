import { describe, expect, it } from '@jest/globals';
import { viewWith } from '../../../test/support/rollout-view.ts';
import { askServer, runCommand as run, type Ran } from '../../../test/support/run-command.ts';
import { ScriptedApi, type Answer } from '../../../test/support/scripted-api.ts';

let api = new ScriptedApi({});

function ask(line: string, answers: Readonly<Record<string, readonly Answer[]>>): Promise<Ran> {
  api = new ScriptedApi(answers);
  return askServer(api, line, {});
}

const living = [
  viewWith({ id: 'a-1' }),
  viewWith({ id: 'b-1', phase: 'paused' }),
  viewWith({ id: 'c-1', phase: 'rolling_back' }),
  viewWith({ id: 'd-1', phase: 'completed' }),
];

describe('rollback --all', () => {
  const line = 'rollback --all --request-id r';
  const list = { 'GET /api/v1/rollouts': [{ body: { rollouts: living } }] };

  it('asks each rollout under way, and one that cannot go back keeps no other from it', async () => {
    const refusal = { code: 'refused', detail: "contract's gate has passed" };
    const ran = await ask(line, {
      ...list,
      'POST /api/v1/rollouts/a-1/commands': [{ status: 409, body: refusal }],
      'POST /api/v1/rollouts/b-1/commands': [{ status: 202, body: { id: '1' } }],
    });
    expect([ran.status, ran.out]).toEqual([1, 'rollback of b-1 requested (request r b-1)\n']);
    expect(ran.err).toContain("a-1: contract's gate has passed\n");
    expect(api.seen.map((one) => one.line).slice(1)).toEqual([
      'POST /api/v1/rollouts/a-1/commands',
      'POST /api/v1/rollouts/b-1/commands',
    ]);
  });

  it('is a conflict for the shell where the state forbids it', async () => {
    const body = { code: 'refused', detail: 'a-1 has ended: it is rolled back' };
    const ran = await ask('rollback a-1', {
      'POST /api/v1/rollouts/a-1/commands': [{ status: 409, body }],
    });
    expect([ran.status, ran.err]).toEqual([6, 'crossfade: a-1 has ended: it is rolled back\n']);
  });

  it.each(['rollback', 'rollback a --all'])('%s says neither one nor all', async (words) => {
    const ran = await ask(words, list);
    expect([ran.status, ran.err]).toEqual([
      2,
      'crossfade: name one rollout, or all of them by --all\n',
    ]);
    expect(api.seen).toEqual([]);
  });
});

describe('rollback without a server', () => {
  it('says what an address looks like where none was given', async () => {
    const env = { CROSSFADE_URL: 'nonsense', CROSSFADE_TOKEN: 'x' };
    expect((await run('rollback users-birthdate', { env })).err).toContain(
      'no answer from nonsense (that is no address; one looks like http://127.0.0.1:4400)',
    );
  });

  it('says honestly that nothing was done, and what can be done by hand', async () => {
    const gone = new ScriptedApi({});
    const url = await gone.start();
    await gone.stop();
    const ran = await run('rollback users-birthdate', {
      env: { CROSSFADE_URL: url, CROSSFADE_TOKEN: 'x' },
    });
    expect(ran.status).toBe(1);
    expect(ran.out).toBe('');
    expect(ran.err).toContain(
      'users-birthdate was NOT rolled back by this command: no answer from',
    );
    expect(ran.err).toContain('DATABASE_URL, the address of its database, is not set');
    expect(ran.err).toContain(
      `UPDATE crossfade.route SET kill = true, updated_at = clock_timestamp() WHERE migration = 'users-birthdate';`,
    );
  });
});
