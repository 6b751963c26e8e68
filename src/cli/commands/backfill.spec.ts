import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import type { JobState } from '../../core/schema-migration/job.ts';

const job: JobState = {
  id: 'p-1/backfill',
  rollout: 'p-1',
  kind: 'backfill',
  status: 'running',
  done: 410_000,
  total: 1_000_000,
  differences: null,
  quarantined: 0,
  rate: 61_000,
  reason: null,
  generation: 1,
};

const viewOf = (changes: Partial<JobState> = {}): BackfillView => ({
  rollout: 'p-1',
  policy: 'p',
  job: { ...job, ...changes },
  etaMs: 9_672,
});

const server = (view: BackfillView) =>
  new ScriptedApi({
    'GET /api/v1/rollouts/p/backfill': [{ body: view }],
    'PATCH /api/v1/rollouts/p/backfill': [{ body: view }],
  });

describe('backfill', () => {
  it('shows how far it is, how fast, and how long it will take', async () => {
    const ran = await askServer(server(viewOf()), 'backfill p');
    expect(ran).toMatchObject({
      status: 0,
      out: 'backfill running 41% 61,000 rows/s, 9.7 s to go\n',
    });
    const json = await askServer(server(viewOf()), 'backfill p -o json');
    expect(JSON.parse(json.out)).toEqual(viewOf());
  });

  it('shows what a person has changed, and that one has paused it', async () => {
    const pace = {
      batchTimeMs: 50,
      nice: 0.5,
      pausedBy: 'ann',
      limits: {},
      changedBy: 'ann\u001b[2J',
      changedAt: 1,
    };
    const view = viewOf({ pace, reason: 'paused by ann' });
    const ran = await askServer(server(view), 'backfill p');
    expect(ran.out).toBe(
      'backfill running 41% batches of 50 ms, nice 0.5, by ann [2J (paused by ann)\n',
    );
  });

  it('says that there is none yet', async () => {
    const none = { rollout: 'p-1', policy: 'p', job: null, etaMs: null };
    expect((await askServer(server(none), 'backfill p')).out).toBe('p-1 has no backfill yet\n');
  });

  it.each([
    ['--batch-time 50ms --nice 0.5', { batchTimeMs: 50, nice: 0.5 }],
    ['--pause', { paused: true }],
    ['--anytime', { anytime: true }],
    ['--resume --max-lag 2s', { paused: false, limits: { replicaLagMs: 2_000 } }],
    [
      '--max-active 20 --max-wal 50 --max-dead none',
      { limits: { activeBackends: 20, walBytesPerSecond: 50_000_000, deadRows: null } },
    ],
  ])('%s changes it in the name of a person', async (options, body) => {
    const api = server(viewOf());
    await askServer(api, `backfill p ${options}`, { env: { USER: 'ada' } });
    expect(api.seen).toMatchObject([{ body: { ...body, by: 'ada' } }]);
  });

  it.each([
    ['--pause --resume', 'give --pause or --resume, not both'],
    ['--nice lots', '--nice wants a number such as 0.5, not `lots`'],
    ['--batch-time fast', '`fast` is no duration; write for example 90s, 10m or 2h'],
  ])('%s is refused before anything is asked', async (options, words) => {
    const api = server(viewOf());
    const ran = await askServer(api, `backfill p ${options}`);
    expect(ran).toMatchObject({ status: 2, err: `crossfade: ${words}\n` });
    expect(api.seen).toEqual([]);
  });
});
