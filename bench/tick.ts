import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../src/adapters/postgres/data-source.ts';
import { PostgresRolloutStore } from '../src/adapters/postgres/postgres-rollout-store.ts';
import { createRollout } from '../src/core/rollout/create-rollout.ts';
import { examplePolicy } from '../test/support/example-policy.ts';
import { quietTick } from '../test/support/quiet-tick.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';
import { withServer } from './bench-server.ts';

/** One rollout in a hundred is due; the others wait for tomorrow. */
const duePart = 0.01;
const samples = 200;

/**
 * How long it takes to find and claim the one rollout that is due while many are not. The claim is an
 * index look-up, so its cost grows with the logarithm of the rollouts kept.
 */
export async function benchTick({ full }: BenchOptions): Promise<BenchReport> {
  return withServer(async (url) => {
    const source = await openStateDatabase(url);
    const rows: Row[] = [];
    for (const kept of full ? [100, 1_000, 10_000, 100_000] : [1_000, 10_000]) {
      rows.push(await benchClaim(source, kept));
    }
    await source.destroy();
    const first = rows.find((row) => row.case.includes(' 1,000 '));
    return {
      bench: 'tick',
      rows: first === undefined ? rows : [first, ...rows.filter((row) => row !== first)],
    };
  });
}

async function benchClaim(source: DataSource, kept: number): Promise<Row> {
  await fill(source, kept);
  const store = new PostgresRolloutStore(source);
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const began = performance.now();
    const claim = await store.claimDue('bench', 10_000);
    times.push(performance.now() - began);
    if (claim === null) throw new Error('nothing was due');
    await store.commit(claim, quietTick(claim, { dueAt: claim.now }));
  }
  const name = `claim of a due rollout at ${kept.toLocaleString('en')} held`;
  return { case: name, unit: 'ms', ours: spreadOf(times), peers: {}, ratio: null };
}

async function fill(source: DataSource, kept: number): Promise<void> {
  const policy = examplePolicy;
  const rollout = createRollout(policy, 'bench', 1, 0);
  await source.query('TRUNCATE crossfade_state.rollout, crossfade_state.policy CASCADE');
  await source.query(
    `INSERT INTO crossfade_state.policy (name, revision, body, created_at)
     SELECT 'p' || n, $1, $2, 0 FROM generate_series(1, $3) n`,
    [policy.revision, policy, kept],
  );
  await source.query(
    `INSERT INTO crossfade_state.rollout
       (id, policy, policy_revision, attempt, phase, ended, state, due_at, created_at)
     SELECT 'p' || n, 'p' || n, $1, 1, 'running', false,
            $2::jsonb || jsonb_build_object('id', 'p' || n, 'policy', 'p' || n),
            CASE WHEN n <= $4 THEN 0 ELSE crossfade_state.now() + 86400000 END, 0
     FROM generate_series(1, $3) n`,
    [policy.revision, rollout, kept, Math.max(1, kept * duePart)],
  );
  await source.query('ANALYZE crossfade_state.rollout, crossfade_state.policy');
}
