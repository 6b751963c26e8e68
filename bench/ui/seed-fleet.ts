import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { examplePolicy } from '../../test/support/example-policy.ts';

/** The rollout whose history is long. */
export const longest = examplePolicy.name;

/** A fleet that stands still: no tick is due, so that only the web UI is measured. */
export async function seedFleet(url: string, rollouts: number, decisions: number): Promise<void> {
  const source = await openStateDatabase(url);
  try {
    await startOne(source, examplePolicy);
    await source.query(copyPolicies, [rollouts]);
    await source.query(copyRollouts, [rollouts]);
    await source.query(`UPDATE crossfade_state.rollout SET due_at = NULL, figures = $1`, [
      JSON.stringify({ exposure, instances: { confirmed: 4 }, guards: [] }),
    ]);
    await source.query(insertDecisions, [decisions, JSON.stringify(decision)]);
    await source.query('ANALYZE');
  } finally {
    await source.destroy();
  }
}

async function startOne(source: DataSource, policy: Policy): Promise<void> {
  const rollout = createRollout(policy, `${policy.name}-1`, 1, Date.now(), 0);
  await new PostgresRolloutStore(source).create({ ...rollout, phase: 'running' }, policy);
}

const exposure = { wanted: 10, set: 10, acknowledged: 10, peak: 10 };

const measurement = {
  kind: 'compare',
  verdict: 'inconclusive',
  reason: '0.11% on the new side, 0.10% on the old one; 0.16% would be tolerated',
  canary: 0.0011,
  baseline: 0.001,
  limit: 0.0016,
  unit: 'ratio',
  samples: { canary: 3_912, baseline: 40_211, units: 31 },
  logHarm: 0.4,
  logNotWorse: 2.1,
  newestAt: 1,
};

const decision = {
  action: 'hold',
  from: 'running',
  to: 'running',
  step: 'share 10%',
  reason: 'noData: no counts from users-api for 60 s; its instances still acknowledge flags',
  by: 'crossfade',
  measurements: ['errors', 'latency', 'reads'].map((guard) => ({ guard, ...measurement })),
  version: 4,
};

const copyPolicies = `INSERT INTO crossfade_state.policy (name, revision, body, created_at)
  SELECT p.name || '-' || g, p.revision,
    p.body || jsonb_build_object('name', p.name || '-' || g,
      'flag', (p.body->'flag') || jsonb_build_object('name', p.name || '-' || g)),
    p.created_at
  FROM crossfade_state.policy p, generate_series(2, $1::int) g`;

/** Of a hundred eighteen are over, four paused, ten held; the others move. */
const copyRollouts = `INSERT INTO crossfade_state.rollout
    (id, policy, policy_revision, attempt, phase, ended, state, due_at, created_at)
  SELECT r.policy || '-' || g || '-1', r.policy || '-' || g, r.policy_revision, 1, k.phase,
    k.phase = 'completed',
    r.state || jsonb_build_object('id', r.policy || '-' || g || '-1', 'policy', r.policy || '-' || g,
      'phase', k.phase, 'startedAt', r.created_at - g * 1000,
      'endedAt', CASE WHEN k.phase = 'completed' THEN r.created_at END,
      'stop', CASE WHEN k.phase = 'paused'
        THEN jsonb_build_object('reason', 'lunch', 'by', 'ann', 'at', r.created_at) END,
      'hold', CASE WHEN g % 10 = 1
        THEN jsonb_build_object('code', 'noData', 'reason', 'no counts', 'since', r.created_at) END),
    NULL, r.created_at
  FROM crossfade_state.rollout r, generate_series(2, $1::int) g,
    LATERAL (SELECT CASE WHEN g % 25 = 0 THEN 'paused' WHEN g % 5 = 0 THEN 'completed'
      ELSE 'running' END AS phase) k`;

const insertDecisions = `INSERT INTO crossfade_state.decision (rollout_id, fence, at, body)
  SELECT r.id, -g, r.created_at + g * 1000,
    $2::jsonb || jsonb_build_object('at', r.created_at + g * 1000)
  FROM crossfade_state.rollout r, generate_series(1, $1::int) g
  WHERE r.policy = '${longest}'`;
