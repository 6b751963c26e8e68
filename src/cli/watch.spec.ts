import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../test/support/run-command.ts';
import { ScriptedApi } from '../../test/support/scripted-api.ts';
import { firingAlert } from '../../test/support/firing-alert.ts';
import { viewWith } from '../../test/support/rollout-view.ts';

describe('--watch', () => {
  const instance = (lastSeenAt: number, version = '1.4') => ({
    body: {
      now: lastSeenAt,
      instances: [
        {
          service: 'api',
          instance: 'a',
          version,
          client: 'sdk',
          level: 'confirmed',
          state: 'live',
          straggler: false,
          migrations: [],
          flags: null,
          lastSeenAt,
        },
      ],
    },
  });

  it('of instances tells again only what is news, until the time is over', async () => {
    const answers = [
      instance(1_000),
      instance(2_000),
      instance(3_000, '1.5'),
      instance(4_000, '1.5'),
    ];
    const api = new ScriptedApi({ 'GET /api/v1/instances': answers });
    const { status, out, slept } = await askServer(api, 'instances -w --timeout 4s');
    const [first, second, ...rest] = out.split('SERVICE').slice(1);
    expect([status, slept, rest]).toEqual([5, 4_000, []]);
    expect(first).toContain('1.4');
    expect(second).toContain('1.5');
  });

  it('of a backfill ends with it, and fails with it', async () => {
    const backfill = (status: string, done: number) => ({
      body: {
        rollout: 'users-birthdate-1',
        job: {
          id: 'j',
          rollout: 'r',
          kind: 'backfill',
          status,
          done,
          total: 10,
          differences: null,
          quarantined: 0,
          reason: null,
          generation: 1,
        },
      },
    });
    const path = 'GET /api/v1/rollouts/users-birthdate/backfill';
    const followed = async (end: string) => {
      const answers = [backfill('running', 1), backfill('running', 1), backfill(end, 10)];
      return askServer(new ScriptedApi({ [path]: answers }), 'backfill users-birthdate -w');
    };
    const done = await followed('done');
    expect([done.status, done.out]).toEqual([0, 'backfill running 10%\nbackfill done\n']);
    expect((await followed('failed')).status).toBe(1);
  });

  it('of all rollouts goes on, and redraws in a terminal alone', async () => {
    const body = { rollouts: [viewWith()] };
    const list = () => new ScriptedApi({ 'GET /api/v1/rollouts': [{ body }] });
    const logged = await askServer(list(), 'status -w --timeout 2s');
    expect([logged.status, logged.out.match(/users-birthdate /g)?.length]).toEqual([5, 1]);
    const drawn = await askServer(list(), 'status -w --timeout 2s', { interactive: true });
    expect(drawn.out.startsWith('\u001B[2J\u001B[H')).toBe(true);
    const data = await askServer(list(), 'status -w --timeout 2s -o json', { interactive: true });
    expect(JSON.parse(data.out)).toEqual(body);
  });

  it('of alerts tells again what is news: not that one was told of once more', async () => {
    const now = 1_795_000_000_000;
    const alert = { ...firingAlert(now), status: 'firing', endsAt: null, resolvedAt: null };
    const list = (told: number, ...more: readonly object[]) => ({
      body: { now, alerts: [{ ...alert, lastHeardAt: now + told, told, concerns: [] }, ...more] },
    });
    const answers = [list(1), list(2), { body: { now, alerts: [] } }];
    const api = new ScriptedApi({ 'GET /api/v1/alerts?status=firing': answers });
    const { status, out } = await askServer(api, 'alerts -w --timeout 4s');
    expect([status, out.match(/CheckoutErrors/g)?.length]).toEqual([5, 1]);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/no alert/i);
  });
});
