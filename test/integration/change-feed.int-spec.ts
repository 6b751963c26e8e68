import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresChangeFeed } from '../../src/adapters/postgres/postgres-change-feed.ts';
import type { Change } from '../../src/core/protocol/change.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { until } from '../support/until.ts';

const rollout = createRollout(examplePolicy, `${examplePolicy.name}-1`, 1, 1_000, 0);
const project = examplePolicy.project;

let state: StateDatabase;
let feed: PostgresChangeFeed;
let told: Change[];
let missed: number;
let confirmed: number;

beforeAll(async () => {
  state = await createStateDatabase();
});

afterAll(() => state.close());

beforeEach(async () => {
  [told, missed, confirmed] = [[], 0, 0];
  feed = new PostgresChangeFeed(state.url, 10);
  feed.subscribe({
    changed: (change) => told.push(change),
    missed: () => (missed += 1),
    confirmed: () => (confirmed += 1),
  });
  await feed.open();
});

afterEach(() => feed.close());

/** Whatever was committed before has been told once the connection has answered twice. */
async function heard(): Promise<readonly Change[]> {
  const before = confirmed;
  await until(() => Promise.resolve(confirmed > before + 1));
  return told.splice(0);
}

const sql = (text: string): Promise<unknown> => state.source.query(text);

describe('the feed of changes', () => {
  it('tells of a rollout that began, was told something and moved, once for each commit', async () => {
    const change = { kind: 'rollout', name: examplePolicy.name, project };
    await state.rollouts.create(rollout, examplePolicy);
    expect(await heard()).toEqual([change]);
    await sql(`INSERT INTO crossfade_state.command (id, rollout_id, verb, requested_by, at)
               VALUES ('c', '${rollout.id}', 'pause', 'ann', 1)`);
    await sql(`UPDATE crossfade_state.rollout SET state = state || '{"exposurePeak": 5}'`);
    expect(await heard()).toEqual([change, change]);
  });

  it('does not tell of a lease, which nobody looks at', async () => {
    await sql('UPDATE crossfade_state.rollout SET fence = fence + 1, lease_until = 9');
    expect(await heard()).toEqual([]);
  });

  it('tells of documents, of flags, and that there was an alert', async () => {
    await sql(
      `INSERT INTO crossfade_state.document VALUES ('Target', 'shop', 'db', 'r', '{}', 'ann', 1)`,
    );
    await sql(`INSERT INTO crossfade_state.feature
      VALUES ('dark-mode', 'default', 'release', NULL, false, false, '[]', '[]', 'ann', 1)`);
    await sql(`INSERT INTO crossfade_state.alert
      VALUES ('k', 'k', 1, NULL, 'firing', '{}', false, '{}', 1, 1, NULL)`);
    expect(await heard()).toEqual([
      { kind: 'document', name: 'db', project: 'shop' },
      { kind: 'feature', name: 'dark-mode', project: 'default' },
      { kind: 'alert', name: '', project: null },
    ]);
  });

  it('says that something may have been missed once it is back after its connection was lost', async () => {
    await heard();
    expect(missed).toBe(0);
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'crossfade-changes' AND datname = current_database()`);
    await until(() => Promise.resolve(missed > 0));
    await sql(`UPDATE crossfade_state.rollout SET state = state || '{"exposurePeak": 6}'`);
    expect((await heard()).map(({ kind }) => kind)).toEqual(['rollout']);
  });
});
