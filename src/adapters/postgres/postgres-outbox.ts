import type { DataSource } from 'typeorm';
import type { Effect } from '../../core/rollout/effect.ts';
import { Outbox, type PendingEffect } from '../../engine/ports/outbox.ts';

interface Row {
  readonly rollout: string;
  readonly key: string;
  readonly effect: Effect;
  readonly project: string;
  readonly target: string;
  readonly provider: string;
  readonly attempts: number;
  readonly takenAt: string;
  readonly traceparent: string | null;
}

/** The outbox table: an effect is taken by moving its due time ahead by the lease. */
export class PostgresOutbox extends Outbox {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async dueLanes(): Promise<readonly string[]> {
    const rows: { lane: string }[] = await this.#source.query(dueLanes);
    return rows.map(({ lane }) => lane);
  }

  async take(lane: string, leaseMs: number): Promise<PendingEffect | null> {
    const [rows]: [Row[], number] = await this.#source.query(take, [lane, leaseMs]);
    const row = rows[0];
    if (row === undefined) return null;
    const { provider: flagProvider, takenAt, ...pending } = row;
    return { ...pending, takenAt: Number(takenAt), flagProvider };
  }

  async done(effect: PendingEffect): Promise<void> {
    await this.#source.query(
      `UPDATE crossfade_state.effect
       SET state = 'done', done_at = crossfade_state.now(), last_error = NULL
       WHERE rollout_id = $1 AND key = $2`,
      [effect.rollout, effect.key],
    );
  }

  async failed(effect: PendingEffect, error: string, retryAfterMs: number): Promise<void> {
    await this.#source.query(
      `UPDATE crossfade_state.effect
       SET state = 'pending', attempts = attempts + 1, last_error = $3,
           due_at = crossfade_state.now() + $4::bigint
       WHERE rollout_id = $1 AND key = $2`,
      [effect.rollout, effect.key, error, retryAfterMs],
    );
  }

  async abandon(effect: PendingEffect, error: string): Promise<void> {
    await this.#source.query(abandon, [effect.rollout, effect.key, error]);
  }
}

/** What is still to be performed; the first half is the index's own condition. */
const isOpen = `state <> 'done' AND state <> 'abandoned'`;

const dueLanes = `SELECT DISTINCT lane
  FROM crossfade_state.effect, (SELECT crossfade_state.now() AS now) t
  WHERE ${isOpen} AND due_at <= t.now`;

const take = `WITH due AS (
    SELECT rollout_id, key FROM crossfade_state.effect
    WHERE lane = $1 AND ${isOpen} AND due_at <= (SELECT crossfade_state.now())
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  UPDATE crossfade_state.effect e
  SET state = 'performing', due_at = crossfade_state.now() + $2::bigint
  FROM due, crossfade_state.rollout r, crossfade_state.policy p
  WHERE e.rollout_id = due.rollout_id AND e.key = due.key AND r.id = e.rollout_id
    AND p.name = r.policy AND p.revision = r.policy_revision
  RETURNING e.rollout_id AS rollout, e.key, e.body AS effect, e.attempts, e.traceparent,
            crossfade_state.now() AS "takenAt",
            p.body->>'project' AS project, p.body->>'target' AS target,
            p.body->'flag'->>'provider' AS provider`;

/** Whoever was not told has to be able to find out that there was something to tell. */
const abandon = `WITH given AS (
    UPDATE crossfade_state.effect
    SET state = 'abandoned', attempts = attempts + 1, last_error = $3,
        done_at = crossfade_state.now()
    WHERE rollout_id = $1 AND key = $2
    RETURNING rollout_id, body, attempts
  )
  INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  SELECT crossfade_state.now(), 'crossfade', 'give up message', rollout_id,
         jsonb_build_object('recipient', body->'recipient', 'message', body->'notice'->'id',
           'urgency', body->'notice'->'urgency', 'attempts', attempts, 'error', $3::text)
  FROM given WHERE body->>'kind' = 'notify'`;
