import { describe, expect, it } from '@jest/globals';

import { decisionWith, now, viewWith } from '../../../test/support/rollout-view.ts';
import { askServer, type Ran } from '../../../test/support/run-command.ts';
import { ScriptedApi, type Answer } from '../../../test/support/scripted-api.ts';
import type { Terminal } from '../terminal.ts';

const at = '/api/v1/rollouts/users-birthdate';

/** Against a server with these answers. */
function ask(
  line: string,
  answers: Readonly<Record<string, readonly Answer[]>>,
  changes: Partial<Terminal> = {},
): Promise<Ran> {
  return askServer(new ScriptedApi(answers), line, changes);
}

describe('status', () => {
  it('exits by how the rollout stands', async () => {
    const exits: [Parameters<typeof viewWith>[0], number][] = [
      [{}, 0],
      [{ phase: 'completed' }, 0],
      [{ phase: 'rolling_back' }, 3],
      [{ phase: 'rolled_back' }, 3],
      [{ phase: 'aborted' }, 3],
      [{ phase: 'paused' }, 4],
      [{ phase: 'frozen' }, 4],
      [{ hold: { code: 'noData', reason: 'silent', since: now } }, 4],
    ];
    for (const [changes, expected] of exits) {
      const ran = await ask('status users-birthdate', {
        [`GET ${at}`]: [{ body: viewWith(changes) }],
      });
      expect(ran.status).toBe(expected);
    }
  });

  it('exits 1 for a name that nobody knows', async () => {
    const ran = await ask('status users-birthdate', {});
    expect([ran.status, ran.err]).toEqual([1, `crossfade: nothing at GET ${at}\n`]);
  });

  it('names below the rollouts each set that is refused or has drifted', async () => {
    const place = { file: 'a.yaml', line: 2, column: 3, message: 'unknown key' };
    const fault = { since: 1, commit: null, message: '1 fault', faults: [place] };
    const set = { applied: null, documents: 0, absent: [], drifted: [], follow: null };
    const sets = [
      { ...set, name: 'good' },
      { ...set, name: 'shop', drifted: [place], follow: { folder: '/p', by: 'a', fault } },
    ];
    const rollouts = { 'GET /api/v1/rollouts': [{ body: { rollouts: [viewWith()] } }] };
    const { out } = await ask('status', {
      ...rollouts,
      'GET /api/v1/document-sets': [{ body: { sets } }],
    });
    expect(out.split('\n').slice(2)).toEqual([
      '!  set shop  REFUSED  a.yaml:2:3: unknown key  crossfade doctor',
      '!  set shop  1 drifted  crossfade diff --drift',
      '',
    ]);
    const forbidden = [{ status: 403, body: { code: 'forbidden', detail: 'no' } }];
    const viewer = await ask('status', { ...rollouts, 'GET /api/v1/document-sets': forbidden });
    expect(viewer).toMatchObject({ status: 0, err: '' });
  });

  it('prints what the server said as JSON', async () => {
    const one = await ask('status users-birthdate -o json', {
      [`GET ${at}`]: [{ body: viewWith() }],
    });
    expect(JSON.parse(one.out)).toEqual(viewWith());
  });

  it('follows to the end: one line for each change, no escape codes outside a terminal', async () => {
    const views = [
      viewWith({ waitingFor: 'bake' }),
      viewWith({ waitingFor: 'bake', now: now + 1000 }),
      viewWith({ hold: { code: 'noData', reason: 'silent', since: now }, now: now + 2000 }),
      viewWith({ phase: 'completed', stepIndex: 6, endedAt: now, now: now + 3000 }),
    ];
    const ran = await ask('status users-birthdate --watch', {
      [`GET ${at}`]: views.map((body) => ({ body })),
    });
    expect(ran.out.split('\n')).toEqual([
      '03:16:20 users-birthdate  RUNNING  share 10%  acknowledged 10%  bake',
      '03:16:22 users-birthdate  HOLD  share 10%  acknowledged 10%  silent',
      '03:16:23 users-birthdate  COMPLETED  acknowledged 10%',
      '',
    ]);
    expect([ran.status, ran.slept]).toEqual([0, 3000]);
  });

  it('gives up after the timeout with 5', async () => {
    const ran = await ask('status users-birthdate --watch --timeout 3s', {
      [`GET ${at}`]: [{ body: viewWith() }],
    });
    expect([ran.status, ran.slept]).toEqual([5, 3000]);
    expect(ran.err).toBe('users-birthdate has not ended within 3s\n');
  });

  it.each(['status users-birthdate --watch --timeout soon'])('refuses %s', async (line) => {
    expect((await ask(line, { [`GET ${at}`]: [{ body: viewWith() }] })).status).toBe(2);
  });

  it('redraws and colours in a terminal, unless NO_COLOR is set', async () => {
    const answers = { [`GET ${at}`]: [{ body: viewWith({ phase: 'completed' }) }] };
    const colour = await ask('status users-birthdate --watch', answers, { interactive: true });
    expect(colour.out).toContain('\u001B[2J');
    expect(colour.out).toContain('\u001B[1mCOMPLETED');
    const plain = await ask('status users-birthdate', answers, {
      interactive: true,
      env: { NO_COLOR: '1' },
    });
    expect(plain.out).not.toContain('\u001B');
  });
});

describe('why', () => {
  it('asks for rollout and decisions, of which the last may be pages away', async () => {
    const decisions = [decisionWith({ seq: 7, action: 'start' }), decisionWith({ seq: 9 })];
    const page = (after: number) => ({
      body: { decisions: decisions.filter(({ seq }) => seq > after).slice(0, 1) },
    });
    const answers = {
      [`GET ${at}`]: [{ body: viewWith() }],
      ...Object.fromEntries(
        [0, 7, 9].map((seq) => [`GET ${at}/decisions?after=${seq}`, [page(seq)]]),
      ),
    };
    const ran = await ask('why users-birthdate', answers);
    expect(ran.out).toContain('03:14:05 HOLD, step share 10%, by crossfade');
    const json = await ask('why users-birthdate -o json', answers);
    expect(JSON.parse(json.out)).toEqual({ rollout: viewWith(), decisions });
  });
});
