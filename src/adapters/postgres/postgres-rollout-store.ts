import type { DataSource, EntityManager } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { CommandAnswer } from '../../core/rollout/command-moves.ts';
import type { Decision } from '../../core/rollout/decision.ts';
import { type Effect, effectKey } from '../../core/rollout/effect.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import {
  type Claim,
  RolloutStore,
  type StoredDecision,
  type TickResult,
} from '../../engine/ports/rollout-store.ts';
import { hasCode } from './sql-state.ts';

/** An effect that was performed is asked for again only after its system had time to show it. */
const repeatAfterMs = 2_000;

/** Serialises the starts of rollouts, so that two cannot overlook each other. Any constant will do. */
const startLock = 7_265_838;

interface Pair {
  readonly rollout: Rollout;
  readonly policy: Policy;
}

interface ClaimRow extends Pair {
  readonly fence: string;
  readonly now: string;
}

interface PairRow {
  readonly rollout: Rollout;
  readonly policy: Policy;
}

export class PostgresRolloutStore extends RolloutStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async create(rollout: Rollout, policy: Policy, by = 'crossfade'): Promise<void> {
    try {
      await this.#source.transaction(async (manager) => {
        await refuseOverlap(manager, policy);
        // What an earlier attempt still had to do, such as putting the new shape away, is void now.
        await manager.query(retireAttempts, [policy.name]);
        await manager.query(dropEffects, [policy.name]);
        await manager.query(insertPolicy, [
          policy.name,
          policy.revision,
          policy,
          rollout.startedAt,
        ]);
        await manager.query(insertRollout, [
          rollout.id,
          rollout.policy,
          rollout.policyRevision,
          rollout.attempt,
          rollout.phase,
          rollout,
          rollout.startedAt,
        ]);
        await manager.query(auditStart, [
          rollout.startedAt,
          by,
          rollout.id,
          rollout.policyRevision,
        ]);
        // What an earlier attempt left behind was made under another route and says nothing here.
        await manager.query(forgetEvidence, [rollout.policy]);
      });
    } catch (error) {
      if (!hasCode(error, '23505')) throw error;
      throw new CrossfadeError(
        'conflict',
        `policy ${policy.name} has an active rollout; wait for its end or roll it back`,
        { cause: error },
      );
    }
  }

  async claimDue(worker: string, leaseMs: number): Promise<Claim | null> {
    const [rows]: [ClaimRow[], number] = await this.#source.query(claimDue, [worker, leaseMs]);
    const row = rows[0];
    if (row === undefined) return null;
    return {
      rollout: row.rollout,
      policy: row.policy,
      fence: Number(row.fence),
      now: Number(row.now),
    };
  }

  async commit(claim: Claim, result: TickResult): Promise<boolean> {
    return this.#source.transaction(async (manager) => {
      const { rollout } = result;
      const [, written]: [unknown, number] = await manager.query(updateRollout, [
        rollout.id,
        claim.fence,
        rollout.phase,
        isTerminal(rollout.phase),
        rollout,
        result.dueAt,
      ]);
      if (written === 0) return false;
      await manager.query(putJudge, [rollout.id, JSON.stringify(result.judge)]);
      if (result.judgedEvidence.length > 0)
        await manager.query(markJudged, [result.judgedEvidence]);
      if (result.decision !== null) await insertDecision(manager, claim, result.decision);
      await putEffects(manager, claim, result.effects);
      await answerCommands(manager, claim, result.answers);
      return true;
    });
  }

  async find(name: string): Promise<Pair | null> {
    const rows: PairRow[] = await this.#source.query(
      `${selectPair} WHERE r.policy = $1 OR r.id = $1 ORDER BY (r.policy = $1) DESC, r.attempt DESC LIMIT 1`,
      [name],
    );
    return rows[0] ?? null;
  }

  async list(limit: number): Promise<readonly Pair[]> {
    return this.#source.query(
      `${selectPair} WHERE r.attempt =
         (SELECT max(attempt) FROM crossfade_state.rollout n WHERE n.policy = r.policy)
       ORDER BY r.created_at DESC LIMIT $1`,
      [limit],
    );
  }

  async nextAttempt(policy: string): Promise<number> {
    const rows: { next: number }[] = await this.#source.query(
      'SELECT coalesce(max(attempt), 0) + 1 AS next FROM crossfade_state.rollout WHERE policy = $1',
      [policy],
    );
    return rows[0]?.next ?? 1;
  }

  async active(): Promise<readonly Pair[]> {
    return this.#source.query(
      `${selectPair} WHERE NOT r.ended OR r.due_at <= (SELECT crossfade_state.now()) + 5000 ORDER BY r.id`,
    );
  }

  async decisions(
    rollout: string,
    after: number,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const rows: { seq: string; body: Decision }[] = await this.#source.query(
      `SELECT seq, body FROM crossfade_state.decision
       WHERE rollout_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      [rollout, after, limit],
    );
    return rows.map((row) => ({ ...row.body, seq: Number(row.seq) }));
  }

  async wake(policies: readonly string[]): Promise<void> {
    if (policies.length === 0) return;
    await this.#source.query(
      `UPDATE crossfade_state.rollout SET due_at = crossfade_state.now()
       WHERE policy = ANY($1) AND NOT ended AND due_at > crossfade_state.now()`,
      [policies],
    );
  }
}

/** One rollout at a time may use a flag, and change a table; whose it is, is said. */
async function refuseOverlap(manager: EntityManager, policy: Policy): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [startLock]);
  const tables = policy.schemaMigration.operations.map(({ table }) => table);
  const rows: { name: string }[] = await manager.query(overlapping, [
    policy.name,
    policy.flag.name,
    policy.target,
    tables,
  ]);
  const other = rows[0]?.name;
  if (other === undefined) return;
  throw new CrossfadeError(
    'conflict',
    `the rollout of ${other} uses the same flag or changes the same table; wait for its end`,
  );
}

async function insertDecision(
  manager: EntityManager,
  claim: Claim,
  decision: Decision,
): Promise<void> {
  await manager.query(
    `INSERT INTO crossfade_state.decision (rollout_id, fence, at, body) VALUES ($1, $2, $3, $4)`,
    [claim.rollout.id, claim.fence, decision.at, decision],
  );
}

async function putEffects(
  manager: EntityManager,
  claim: Claim,
  effects: readonly Effect[],
): Promise<void> {
  const id = claim.rollout.id;
  await manager.query(
    `DELETE FROM crossfade_state.effect
     WHERE rollout_id = $1 AND state = 'pending' AND key <> ALL($2)`,
    [id, effects.map(effectKey)],
  );
  for (const effect of effects) {
    await manager.query(putEffect, [id, effectKey(effect), effect, claim.fence, repeatAfterMs]);
  }
}

async function answerCommands(
  manager: EntityManager,
  claim: Claim,
  answers: readonly CommandAnswer[],
): Promise<void> {
  for (const answer of answers) {
    await manager.query(
      `UPDATE crossfade_state.command
       SET answered_at = crossfade_state.now(), accepted = $2, answer = $3 WHERE id = $1`,
      [answer.command, answer.accepted, answer.reason],
    );
    await manager.query(
      `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
       SELECT crossfade_state.now(), requested_by, 'answer', $2,
              jsonb_build_object('command', id, 'verb', verb, 'accepted', accepted, 'reason', answer)
       FROM crossfade_state.command WHERE id = $1`,
      [answer.command, claim.rollout.policy],
    );
  }
}

const selectPair = `SELECT r.state AS rollout, p.body AS policy
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision`;

const insertPolicy = `INSERT INTO crossfade_state.policy (name, revision, body, created_at)
  VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

const insertRollout = `INSERT INTO crossfade_state.rollout
    (id, policy, policy_revision, attempt, phase, ended, state, due_at, created_at)
  VALUES ($1, $2, $3, $4, $5, false, $6, $7, $7)`;

const auditStart = `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  VALUES ($1, $2, 'start', $3, jsonb_build_object('revision', $4::text))`;

const overlapping = `SELECT p.name FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE NOT r.ended AND p.name <> $1 AND (
    p.body->'flag'->>'name' = $2 OR (
      p.body->>'target' = $3 AND
      jsonb_path_query_array(p.body, '$.schemaMigration.operations[*].table') ?| $4::text[]
    )
  ) LIMIT 1`;

const retireAttempts = `UPDATE crossfade_state.rollout SET due_at = NULL, fence = fence + 1
  WHERE policy = $1 AND ended`;

const dropEffects = `DELETE FROM crossfade_state.effect e USING crossfade_state.rollout r
  WHERE r.id = e.rollout_id AND r.policy = $1 AND r.ended`;

const forgetEvidence = `UPDATE crossfade_state.evidence SET judged = true
  WHERE migration = $1 AND NOT judged`;

const claimDue = `WITH due AS (
    SELECT id FROM crossfade_state.rollout, (SELECT crossfade_state.now() AS now) t
    WHERE due_at <= t.now AND lease_until <= t.now
    ORDER BY due_at LIMIT 1 FOR UPDATE OF rollout SKIP LOCKED
  )
  UPDATE crossfade_state.rollout r
  SET fence = r.fence + 1, lease_owner = $1, lease_until = crossfade_state.now() + $2::bigint
  FROM due, crossfade_state.policy p
  WHERE r.id = due.id AND p.name = r.policy AND p.revision = r.policy_revision
  RETURNING r.state AS rollout, p.body AS policy, r.fence, crossfade_state.now() AS now`;

const updateRollout = `UPDATE crossfade_state.rollout
  SET phase = $3, ended = $4, state = $5, due_at = $6::bigint, lease_until = 0, lease_owner = NULL
  WHERE id = $1 AND fence = $2`;

const putJudge = `INSERT INTO crossfade_state.judge (rollout_id, state) VALUES ($1, $2)
  ON CONFLICT (rollout_id) DO UPDATE SET state = excluded.state`;

const markJudged = `UPDATE crossfade_state.evidence SET judged = true WHERE id = ANY($1)`;

const putEffect = `INSERT INTO crossfade_state.effect AS e (rollout_id, key, body, fence, due_at)
  VALUES ($1, $2, $3, $4, crossfade_state.now())
  ON CONFLICT (rollout_id, key) DO UPDATE
  SET state = 'pending', body = excluded.body, fence = excluded.fence, due_at = excluded.due_at,
      attempts = 0, done_at = NULL
  WHERE e.state = 'done' AND e.done_at < crossfade_state.now() - $5::bigint`;
