import type { EntityManager } from 'typeorm';
import { isInTheWay, obstacleWords, standingOf } from '../../core/conflict/obstacle.ts';
import { type Obstacle, sharedBetween } from '../../core/conflict/shared.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import type { Beginning } from '../../engine/ports/rollout-store.ts';

/** Serialises the starts of rollouts, so that two cannot overlook each other. Any constant will do. */
const startLock = 7_265_838;

/** A refusal names so many rollouts; one is enough to know what to do. */
const shownObstacles = 5;

interface Pair {
  readonly rollout: Rollout;
  readonly policy: Policy;
}

/**
 * Stores a new attempt, with an audit row; behind other rollouts that stand in its way, where it may wait for
 * them. Returns it as it is stored.
 */
export async function startRollout(
  manager: EntityManager,
  rollout: Rollout,
  policy: Policy,
  { by, bonds, mayWait }: Beginning,
): Promise<Rollout> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
  const behind = await findObstacles(manager, policy, bonds);
  const [isFree, at] = [behind.length === 0, rollout.startedAt];
  if (!isFree) refuseWhatCannotWait(behind, policy, mayWait);
  await refuseOtherFlag(manager, policy);
  const queued = { since: at, behind: behind.map(({ obstacle }) => obstacle) };
  const stored: Rollout = isFree ? rollout : { ...rollout, queued };
  if (isFree) await takeOver(manager, policy.name);
  await manager.query(putPolicy, [policy.name, policy.revision, policy, at]);
  const { id, policyRevision, attempt, phase } = stored;
  const values = [id, stored.policy, policyRevision, attempt, phase, stored, at];
  await manager.query(insertRollout, values);
  await manager.query(auditStart, [at, by, id, policyRevision, isFree ? 'start' : 'queue']);
  return stored;
}

/** What earlier attempts of a policy left to do, and what was learned in them, is void for the one that begins. */
export async function takeOver(manager: EntityManager, policy: string): Promise<void> {
  // Such as putting the new shape away.
  await manager.query(retireAttempts, [policy]);
  await manager.query(dropEffects, [policy]);
  // What an earlier attempt left behind was made under another route and says nothing here.
  await manager.query(forgetEvidence, [policy]);
}

/** A rollout in the way, and where it is, in words. */
interface Found {
  readonly obstacle: Obstacle;
  readonly words: string;
}

/** Those under way, or in the queue before it, that cannot be carried out together with this one. */
async function findObstacles(
  manager: EntityManager,
  policy: Policy,
  bonds: Beginning['bonds'],
): Promise<readonly Found[]> {
  const services = policy.services.map(({ name }) => name);
  const others: Pair[] = await manager.query(neighbours, [
    policy.name,
    policy.flag.name,
    policy.target,
    policy.rings.length === 0 ? [] : services,
  ]);
  if (bonds === null && others.some((other) => other.policy.target === policy.target)) {
    throw new CrossfadeError(
      'conflict',
      `another rollout on ${policy.target} began at this moment; ask again`,
    );
  }
  const rows: { now: string }[] = await manager.query('SELECT crossfade_state.now() AS now');
  const now = Number(rows[0]?.now);
  return others.flatMap((other) => {
    const shared = sharedBetween(policy, other.policy, bonds ?? []);
    const obstacle = { rollout: other.rollout.id, policy: other.policy.name, shared };
    const standing = standingOf(other, now);
    if (shared.length === 0 || !isInTheWay(obstacle, standing)) return [];
    return [{ obstacle, words: obstacleWords(obstacle, standing, now) }];
  });
}

/** A flag stays with its policy, so that nobody need wait for it; for all else one may. */
function refuseWhatCannotWait(found: readonly Found[], { name }: Policy, mayWait: boolean): void {
  const forever = found.filter(({ obstacle: { shared } }) =>
    shared.some(({ kind }) => kind === 'flag'),
  );
  if (mayWait && forever.length === 0) return;
  const shown = (forever.length > 0 ? forever : found).slice(0, shownObstacles);
  const cure =
    forever.length > 0
      ? 'name another flag'
      : `wait for its end, or let it wait: crossfade start ${name} --queue`;
  throw new CrossfadeError('conflict', `${shown.map(({ words }) => words).join('; ')}; ${cure}`);
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

/** A revision of a policy, by its name; the same one is the same for ever. */
export const putPolicy = `INSERT INTO crossfade_state.policy (name, revision, body, created_at)
  VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

const insertRollout = `INSERT INTO crossfade_state.rollout
    (id, policy, policy_revision, attempt, phase, ended, state, due_at, created_at)
  VALUES ($1, $2, $3, $4, $5, false, $6, $7, $7)`;

const auditStart = `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  VALUES ($1, $2, $5, $3, jsonb_build_object('revision', $4::text))`;

/** Of services those alone are asked about that a policy with rings names; without one no units can be shared. */
const neighbours = `SELECT r.state AS rollout, p.body AS policy
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE NOT r.ended AND p.name <> $1 AND (
    p.body->'flag'->>'name' = $2 OR p.body->>'target' = $3
    OR jsonb_array_length(p.body->'rings') > 0 AND EXISTS (
      SELECT FROM jsonb_array_elements(p.body->'services') s WHERE s->>'name' = ANY ($4::text[]))
  ) ORDER BY r.created_at, r.id`;

const retireAttempts = `UPDATE crossfade_state.rollout SET due_at = NULL, fence = fence + 1
  WHERE policy = $1 AND ended`;

const dropEffects = `DELETE FROM crossfade_state.effect e USING crossfade_state.rollout r
  WHERE r.id = e.rollout_id AND r.policy = $1 AND r.ended AND e.body->>'kind' <> 'notify'`;

const forgetEvidence = `UPDATE crossfade_state.evidence SET judged = true
  WHERE migration = $1 AND NOT judged`;
