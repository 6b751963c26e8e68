import type { DataSource } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { AlertDecision } from '../../core/protocol/alert-list.ts';
import type { Decision } from '../../core/rollout/decision.ts';
import { machine } from '../../core/rollout/move.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import {
  type Beginning,
  type Claim,
  type Committed,
  RolloutStore,
  type StoredDecision,
  type TickResult,
} from '../../engine/ports/rollout-store.ts';
import { commitTick } from './commit-tick.ts';
import { hasCode } from './sql-state.ts';
import { startRollout } from './start-rollout.ts';

interface Pair {
  readonly rollout: Rollout;
  readonly policy: Policy;
}

interface ClaimRow extends Pair {
  readonly fence: string;
  readonly now: string;
  readonly due_at: string;
  readonly figures: string | null;
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

  async create(
    rollout: Rollout,
    policy: Policy,
    beginning: Partial<Beginning> = {},
  ): Promise<Rollout> {
    const how: Beginning = { by: machine, bonds: [], mayWait: false, ...beginning };
    try {
      return await this.#source.transaction((manager) =>
        startRollout(manager, rollout, policy, how),
      );
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
      dueAt: Number(row.due_at),
      figures: row.figures,
    };
  }

  async commit(claim: Claim, result: TickResult): Promise<Committed | null> {
    return this.#source.transaction((manager) => commitTick(manager, claim, result));
  }

  async find(name: string): Promise<Pair | null> {
    const rows: PairRow[] = await this.#source.query(
      `${selectPair} WHERE r.policy = $1 OR r.id = $1 ORDER BY (r.policy = $1) DESC, r.attempt DESC LIMIT 1`,
      [name],
    );
    return rows[0] ?? null;
  }

  async policyAppliedAt(policy: string): Promise<number | null> {
    const rows: { at: string }[] = await this.#source.query(
      `SELECT max(applied_at) AS at FROM crossfade_state.document
       WHERE kind = 'RolloutPolicy' AND name = $1 HAVING max(applied_at) IS NOT NULL`,
      [policy],
    );
    return rows[0] === undefined ? null : Number(rows[0].at);
  }

  async list(limit: number): Promise<readonly Pair[]> {
    return this.#source.query(
      `${selectPair} WHERE r.attempt =
         (SELECT max(attempt) FROM crossfade_state.rollout n WHERE n.policy = r.policy)
       ORDER BY r.created_at DESC, r.id LIMIT $1`,
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

  async active(target?: string): Promise<readonly Pair[]> {
    return this.#source.query(
      `${selectPair} WHERE ${isActive} AND ($1::text IS NULL OR p.body->>'target' = $1) ORDER BY r.id`,
      [target ?? null],
    );
  }

  activeTargets(): Promise<readonly string[]> {
    return this.#targets(`${selectPair} WHERE ${isActive}`);
  }

  everyTarget(): Promise<readonly string[]> {
    return this.#targets(selectPair);
  }

  async #targets(pairs: string): Promise<readonly string[]> {
    const rows: { target: string }[] = await this.#source.query(
      `SELECT DISTINCT a.policy->>'target' AS target FROM (${pairs}) a`,
    );
    return rows.map(({ target }) => target);
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

  async causedBy(alerts: readonly string[]): Promise<readonly AlertDecision[]> {
    if (alerts.length === 0) return [];
    const rows: (AlertDecision & { seq: string; at: string })[] = await this.#source.query(
      selectCaused,
      [alerts],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
  }

  async decisionsBefore(
    rollout: string,
    before: number | null,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const rows: { seq: string; body: Decision }[] = await this.#source.query(
      `SELECT seq, body FROM crossfade_state.decision
       WHERE rollout_id = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
      [rollout, before, limit],
    );
    return rows.map((row) => ({ ...row.body, seq: Number(row.seq) })).toReversed();
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

const selectPair = `SELECT r.state AS rollout, p.body AS policy
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision`;

const isActive = `(NOT r.ended OR r.due_at <= (SELECT crossfade_state.now()) + 5000)`;

const selectCaused = `SELECT d.body->>'alert' AS alert, r.id AS rollout, r.policy,
    p.body->>'project' AS project, d.seq, d.at, d.body->>'action' AS action
  FROM crossfade_state.decision d
  JOIN crossfade_state.rollout r ON r.id = d.rollout_id
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE d.body->>'alert' = ANY ($1) ORDER BY d.seq`;

const claimDue = `WITH due AS (
    SELECT id, due_at FROM crossfade_state.rollout, (SELECT crossfade_state.now() AS now) t
    WHERE due_at <= t.now AND lease_until <= t.now
    ORDER BY due_at LIMIT 1 FOR UPDATE OF rollout SKIP LOCKED
  )
  UPDATE crossfade_state.rollout r
  SET fence = r.fence + 1, lease_owner = $1, lease_until = crossfade_state.now() + $2::bigint
  FROM due, crossfade_state.policy p
  WHERE r.id = due.id AND p.name = r.policy AND p.revision = r.policy_revision
  RETURNING r.state AS rollout, p.body AS policy, r.fence, crossfade_state.now() AS now,
    due.due_at, r.figures::text AS figures`;
