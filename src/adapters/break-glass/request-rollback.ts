import { Client } from 'pg';

/** Who asks for a rollback, and why; the same `requestId` twice is one command. */
export interface RollbackRequest {
  readonly by: string;
  readonly reason: string | null;
  readonly requestId: string;
}

/** A rollout whose rollback is asked for, with the target that its route row stands on. */
export interface AskedRollout {
  readonly rollout: string;
  readonly policy: string;
  readonly target: string;
}

/** How long the state database may take for each part. Milliseconds. */
const limitMs = 3_000;

/**
 * Asks for a rollback directly in the state database, by one statement, for when no server answers: the next
 * server that looks carries it out, and writes who asked into decision and audit. Answers the rollouts that it was
 * asked for; none where nothing of that name is under way. Rejects where the database cannot be reached or is none
 * of Crossfade's.
 * @param name policy or rollout; null for all that are under way
 */
export async function requestRollback(
  databaseUrl: string,
  name: string | null,
  { by, reason, requestId }: RollbackRequest,
): Promise<readonly AskedRollout[]> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: limitMs,
    statement_timeout: limitMs,
    query_timeout: limitMs,
    application_name: 'crossfade rollback',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<AskedRollout>(askForRollback, [
      name,
      by,
      reason,
      requestId,
    ]);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

// The flag's revision is not looked at by a rollback, which goes back whatever became of the flag.
const askForRollback = `WITH living AS (
    SELECT r.id, r.policy, p.body->>'target' AS target
    FROM crossfade_state.rollout r
    JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
    WHERE NOT r.ended AND ($1::text IS NULL OR $1 IN (r.policy, r.id))
  ), asked AS (
    INSERT INTO crossfade_state.command
      (id, rollout_id, verb, requested_by, reason, request_id, at)
    SELECT gen_random_uuid()::text, id, 'rollback', $2, $3,
      CASE WHEN $1 IS NULL THEN $4 || ' ' || id ELSE $4 END, crossfade_state.now()
    FROM living
    ON CONFLICT (request_id) DO NOTHING
  ), woken AS (
    UPDATE crossfade_state.rollout r SET due_at = crossfade_state.now()
    FROM living WHERE r.id = living.id AND r.due_at > crossfade_state.now()
  )
  SELECT id AS rollout, policy, target FROM living ORDER BY id`;
