import { describe, expect, it } from '@jest/globals';
import type { ParityView } from '../../core/protocol/parity-view.ts';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

const view: ParityView = {
  rollout: 'users-1',
  generation: 7,
  unit: null,
  state: 'done',
  compared: 300,
  total: 300,
  differences: 0,
  differing: [],
  quarantined: 0,
  kept: [],
  leftOut: [],
  by: 'ada (token 1)',
  askedAt: 1_000,
  endedAt: 2_000,
  reason: null,
};

const differing = [
  { row: 'users(1)', columns: [{ place: 'users.born', kind: 'missing', old: 10, new: null }] },
  { row: 'users(22)', columns: [] },
] as const;

const server = (...views: readonly Partial<ParityView>[]) =>
  new ScriptedApi({
    'POST /api/v1/rollouts/users/parity': views.map((one) => ({ body: { ...view, ...one } })),
    'GET /api/v1/rollouts/users/parity': views.map((one) => ({ body: { ...view, ...one } })),
  });

const working = { state: 'working', differences: null, endedAt: null } as const;

describe('parity', () => {
  it('waits for the end of one check, and says what it waits for once', async () => {
    const waits = { ...working, reason: 'throttled: replica lag\u001b' };
    const api = server(waits, waits, { unit: 'acme', compared: 3 });
    const ran = await askServer(api, 'parity users --unit acme', { env: { USER: 'ada' } });
    expect(ran).toMatchObject({
      status: 0,
      out: 'users-1  unit acme  3 rows compared, 0 differ\n',
      err: 'users-1  throttled: replica lag \n',
    });
    expect(api.seen.map(({ body }) => body)).toEqual([
      { unit: 'acme', by: 'ada' },
      { unit: 'acme', by: 'ada', generation: 7 },
      { unit: 'acme', by: 'ada', generation: 7 },
    ]);
  });

  it('shows rows that differ when it is asked for them, and exits as something that is stopped', async () => {
    const found = { differences: 30, differing, quarantined: 2, leftOut: ['orders.sum'] };
    const few = await askServer(server(found), 'parity users');
    expect(few).toMatchObject({ status: 4 });
    expect(few.out.split('\n')).toEqual([
      'users-1  300 rows compared, 30 differ',
      'not compared, no column holds the unit: orders.sum',
      '2 rows in quarantine',
      '',
    ]);
    const { out } = await askServer(server(found), 'parity users --rows');
    expect(out.split('\n').slice(3)).toEqual([
      'users(1)   users.born     missing  old 10 characters, new none',
      'users(22)  written since',
      'the first 2 are shown',
      '',
    ]);
  });

  it('names the rows in quarantine, and why they are there', async () => {
    const kept = [
      { row: 'users(7)', place: 'users.born', direction: 'up', kind: 'error', reason: 'no date' },
      { row: 'users(8)', place: 'users.born', direction: 'down', kind: 'loss', reason: null },
    ] as const;
    const { out } = await askServer(server({ quarantined: 21, kept }), 'parity users --rows');
    expect(out.split('\n').slice(1)).toEqual([
      '21 rows in quarantine',
      'users(7)  users.born  up fails            no date',
      'users(8)  users.born  down would lose it',
      'the first 2 are shown',
      '',
    ]);
  });

  it('leaves at once when it is told to, and comes back for what was found', async () => {
    const api = server(working);
    const begun = await askServer(api, 'parity users --no-wait');
    expect(begun).toMatchObject({ status: 0, out: 'users-1  300 of 300 rows compared\n' });
    expect(api.seen).toMatchObject([{ body: { wait: false } }]);
    const last = server({ state: 'failed', reason: 'the lock never came' });
    expect(await askServer(last, 'parity users --last')).toMatchObject({
      status: 1,
      out: 'users-1  FAILED: the lock never came\n',
    });
    expect(last.seen).toMatchObject([{ line: 'GET /api/v1/rollouts/users/parity' }]);
    const both = await askServer(server(), 'parity users --last --unit acme');
    expect(both).toMatchObject({ status: 2 });
  });

  it('stops waiting when the time is over', async () => {
    const ran = await askServer(server(working), 'parity users --timeout 1s');
    expect(ran).toMatchObject({
      status: 5,
      err: 'not done within 1s; it goes on: crossfade parity users --last\n',
    });
  });
});
