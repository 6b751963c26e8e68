import type { EntityManager } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';

/** Serialises the starts of rollouts, so that two cannot overlook each other. Any constant will do. */
const startLock = 7_265_838;

/** Stores a new attempt, with an audit row, unless another rollout stands in its way. */
export async function startRollout(
  manager: EntityManager,
  rollout: Rollout,
  policy: Policy,
  by: string,
): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
  await refuseOverlap(manager, policy);
  await refuseOtherFlag(manager, policy);
  // What an earlier attempt still had to do, such as putting the new shape away, is void now.
  await manager.query(retireAttempts, [policy.name]);
  await manager.query(dropEffects, [policy.name]);
  await manager.query(insertPolicy, [policy.name, policy.revision, policy, rollout.startedAt]);
  await manager.query(insertRollout, [
    rollout.id,
    rollout.policy,
    rollout.policyRevision,
    rollout.attempt,
    rollout.phase,
    rollout,
    rollout.startedAt,
  ]);
  await manager.query(auditStart, [rollout.startedAt, by, rollout.id, rollout.policyRevision]);
  // What an earlier attempt left behind was made under another route and says nothing here.
  await manager.query(forgetEvidence, [rollout.policy]);
}

/** One rollout at a time may use a flag, and change a table; whose it is, is said. */
async function refuseOverlap(manager: EntityManager, policy: Policy): Promise<void> {
  const tables = policy.schemaMigration.operations.map(({ table }) => table);
  const rows: Overlap[] = await manager.query(overlapping, [
    policy.name,
    policy.flag.name,
    policy.target,
    tables,
  ]);
  if (rows.length === 0) return;
  throw new CrossfadeError('conflict', `${rows.map(overlapWords).join('; ')}; wait for its end`);
}

/** A rollout under way, and what it has in common with the one that wants to begin. */
interface Overlap {
  readonly name: string;
  readonly flag: string | null;
  readonly tables: readonly string[];
}

/** `the rollout of users-locale changes users as well`. */
function overlapWords({ name, flag, tables }: Overlap): string {
  const what = [
    ...(flag === null ? [] : [`uses flag ${flag}`]),
    ...(tables.length === 0 ? [] : [`changes ${tables.join(', ')}`]),
  ];
  return `the rollout of ${name} ${what.join(' and ')} as well`;
}

/**
 * A policy keeps its flag for all its attempts, and the flag its policy: instances hear every flag
 * of a migration, so the route of an attempt on another flag would contradict the one left behind.
 */
async function refuseOtherFlag(manager: EntityManager, { name, flag }: Policy): Promise<void> {
  const attempts: EarlierFlag[] = await manager.query(onOtherFlag, [
    name,
    flag.name,
    flag.provider,
  ]);
  const [earlier] = attempts;
  if (earlier !== undefined) {
    const { attempt, flag: before } = earlier;
    throw new CrossfadeError(
      'conflict',
      `attempt ${attempt} of ${name} left its route on flag ${before.name} of ${before.provider}, ` +
        'which instances still hear; name that flag again, or give the change a policy of its own',
    );
  }
  const routes: { migration: string }[] = await manager.query(ofOtherPolicy, [flag.name, name]);
  const owner = routes[0]?.migration;
  if (owner === undefined) return;
  throw new CrossfadeError(
    'conflict',
    `flag ${flag.name} carries the route of ${owner}, which instances still hear; name another flag`,
  );
}

interface EarlierFlag {
  readonly attempt: number;
  readonly flag: Policy['flag'];
}

const onOtherFlag = `SELECT r.attempt, p.body->'flag' AS flag FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE r.policy = $1
    AND (p.body->'flag'->>'name' <> $2 OR p.body->'flag'->>'provider' <> $3)
    -- What was ended before it began never wrote its flag.
    AND (r.phase <> 'aborted' OR EXISTS (
      SELECT FROM crossfade_state.decision d
      WHERE d.rollout_id = r.id AND d.body->>'action' = 'start'
    ))
  ORDER BY r.attempt DESC LIMIT 1`;

const ofOtherPolicy = `SELECT migration FROM crossfade_state.flag
  WHERE name = $1 AND migration <> $2`;

const insertPolicy = `INSERT INTO crossfade_state.policy (name, revision, body, created_at)
  VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

const insertRollout = `INSERT INTO crossfade_state.rollout
    (id, policy, policy_revision, attempt, phase, ended, state, due_at, created_at)
  VALUES ($1, $2, $3, $4, $5, false, $6, $7, $7)`;

const auditStart = `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  VALUES ($1, $2, 'start', $3, jsonb_build_object('revision', $4::text))`;

const overlapping = `SELECT * FROM (
    SELECT p.name, CASE WHEN p.body->'flag'->>'name' = $2 THEN $2::text END AS flag,
      ARRAY(
        SELECT DISTINCT o->>'table' FROM jsonb_array_elements(p.body->'schemaMigration'->'operations') o
        WHERE p.body->>'target' = $3 AND o->>'table' = ANY ($4::text[]) ORDER BY 1
      ) AS tables
    FROM crossfade_state.rollout r
    JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
    WHERE NOT r.ended AND p.name <> $1
  ) others WHERE flag IS NOT NULL OR tables <> '{}' ORDER BY name LIMIT 5`;

const retireAttempts = `UPDATE crossfade_state.rollout SET due_at = NULL, fence = fence + 1
  WHERE policy = $1 AND ended`;

const dropEffects = `DELETE FROM crossfade_state.effect e USING crossfade_state.rollout r
  WHERE r.id = e.rollout_id AND r.policy = $1 AND r.ended AND e.body->>'kind' <> 'notify'`;

const forgetEvidence = `UPDATE crossfade_state.evidence SET judged = true
  WHERE migration = $1 AND NOT judged`;
