import type { DataSource } from 'typeorm';
import type { Effect } from '../../core/rollout/effect.ts';
import { type Failure, Outbox, type PendingEffect } from '../../engine/ports/outbox.ts';

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

  async failed(
    { rollout, key }: PendingEffect,
    { error, retryAfterMs, isSetAside }: Failure,
  ): Promise<void> {
    const state = isSetAside ? 'aside' : 'pending';
    await this.#source.query(putBack, [rollout, key, error, retryAfterMs, state]);
  }

  async abandon(effect: PendingEffect, error: string): Promise<void> {
    await this.#source.query(abandon, [effect.rollout, effect.key, error]);
  }
}

/** What is still to be performed; the first half is the index's own condition. */
const isOpen = `state <> 'done' AND state <> 'abandoned'`;

/** Moments at which messages came to be; the fence rises with each tick of their rollout. */
const order = (row: string): string =>
  `(${row}.fence, (${row}.body->'notice'->>'at')::bigint, ${row}.key)`;

/** Due, and no message that has to go before. */
const isDue = `${isOpen} AND due_at <= (SELECT crossfade_state.now()) AND NOT (
    e.body->>'kind' = 'notify' AND e.state <> 'aside' AND EXISTS (
      SELECT FROM crossfade_state.effect b
      WHERE b.rollout_id = e.rollout_id AND b.lane = e.lane AND b.body->>'kind' = 'notify'
        AND b.state IN ('pending', 'performing') AND ${order('b')} < ${order('e')}))`;

const dueLanes = `SELECT DISTINCT lane FROM crossfade_state.effect e WHERE ${isDue}`;

const take = `WITH due AS (
    SELECT rollout_id, key FROM crossfade_state.effect e
    WHERE lane = $1 AND ${isDue}
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

/** Those that wait for a message come no earlier than it does. */
const putBack = `WITH failed AS (
    UPDATE crossfade_state.effect
    SET state = $5, attempts = attempts + 1, last_error = $3,
        due_at = crossfade_state.now() + $4::bigint
    WHERE rollout_id = $1 AND key = $2
    RETURNING lane, due_at, state, body
  )
  UPDATE crossfade_state.effect e SET due_at = failed.due_at FROM failed
  WHERE failed.state = 'pending' AND failed.body->>'kind' = 'notify' AND e.rollout_id = $1
    AND e.key <> $2 AND e.lane = failed.lane AND e.body->>'kind' = 'notify'
    AND e.state = 'pending' AND e.due_at < failed.due_at`;

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
