import type { DataSource } from 'typeorm';
import {
  type Fleet,
  type FleetMember,
  FleetReader,
  type Queue,
} from '../../engine/ports/fleet-reader.ts';

/** Counting stops here: a queue that is longer is simply long. */
const longestQueue = 10_000;

interface QueueRow {
  readonly name: Queue['name'];
  readonly depth: string;
  readonly oldest: string | null;
  readonly now: string;
  readonly refused: readonly string[];
}

interface MemberRow {
  readonly member: FleetMember;
  readonly found: string;
}

/** The fleet from the state database, by two queries that read at the same time. */
export class PostgresFleetReader extends FleetReader {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override async read(limit: number, endedForMs: number): Promise<Fleet> {
    const [rows, queues]: [MemberRow[], QueueRow[]] = await Promise.all([
      this.#source.query(selectMembers, [limit, endedForMs]),
      this.#source.query(selectQueues, [longestQueue]),
    ]);
    return {
      at: Number(queues[0]?.now ?? 0),
      members: rows.map(({ member }) => member),
      leftOut: Number(rows[0]?.found ?? 0) - rows.length,
      refusedSets: queues[0]?.refused ?? [],
      queues: queues.map(({ name, depth, oldest }) => ({
        name,
        depth: Number(depth),
        oldestMs: oldest === null ? null : Number(oldest),
      })),
    };
  }
}

/** What ended is looked for by its index; `state` is read of what is shown alone. */
const selectMembers = `WITH shown AS (
    SELECT DISTINCT ON (policy) id, policy, policy_revision, ended, runs FROM (
      SELECT id, policy, policy_revision, ended, attempt, phase = 'running'
        AND NOT (jsonb_typeof(state->'hold') = 'object' OR state ? 'returnNear') AS runs
      FROM crossfade_state.rollout WHERE NOT ended
      UNION ALL
      SELECT id, policy, policy_revision, ended, attempt, true FROM crossfade_state.rollout
      WHERE ended AND (state->>'endedAt')::bigint > (SELECT crossfade_state.now()) - $2::bigint
    ) r ORDER BY policy, attempt DESC
  ), counted AS (
    SELECT *, count(*) OVER () AS found FROM shown ORDER BY ended, runs, policy LIMIT $1
  )
  SELECT c.found, json_build_object(
    'project', coalesce(p.body->>'project', 'default'),
    'steps', jsonb_array_length(p.body->'steps'),
    'current', p.body->'steps'->((r.state->'step'->>'index')::int),
    'routed', p.body->>'route' IS NULL,
    'rollout', r.state,
    'figures', r.figures,
    'lastDecision', d.last,
    'target', CASE WHEN o.target IS NULL THEN NULL ELSE jsonb_build_object(
      'at', o.target->'at', 'isReadable', o.target->>'error' IS NULL, 'parity', o.target->'parity',
      'backfills', jsonb_path_query_array(o.target, '$.jobs[*] ? (@.kind == "backfill")')
    ) END) AS member
  FROM counted c
  JOIN crossfade_state.rollout r ON r.id = c.id
  JOIN crossfade_state.policy p ON p.name = c.policy AND p.revision = c.policy_revision
  LEFT JOIN crossfade_state.observation o ON o.rollout_id = c.id
  LEFT JOIN LATERAL (
    SELECT jsonb_build_object('action', body->'action', 'reason', body->'reason', 'at', at) AS last
    FROM crossfade_state.decision WHERE rollout_id = c.id ORDER BY seq DESC LIMIT 1
  ) d ON true
  ORDER BY c.ended, c.policy`;

/** What belongs to no living rollout waits for nothing. */
const selectQueues = `WITH t AS (SELECT crossfade_state.now() AS now), waiting AS (
    (SELECT 'rollouts' AS name, due_at AS since FROM crossfade_state.rollout, t
     WHERE due_at <= t.now LIMIT $1)
    UNION ALL
    (SELECT 'effects', due_at FROM crossfade_state.effect, t
     WHERE state <> 'done' AND state <> 'abandoned' AND due_at <= t.now LIMIT $1)
    UNION ALL
    (SELECT 'commands', c.at FROM crossfade_state.command c
     JOIN crossfade_state.rollout r ON r.id = c.rollout_id
     WHERE c.answered_at IS NULL AND NOT r.ended LIMIT $1)
    UNION ALL
    (SELECT 'evidence', received_at FROM crossfade_state.evidence e
     WHERE NOT judged AND EXISTS (
       SELECT FROM crossfade_state.rollout r WHERE r.policy = e.migration AND NOT r.ended
     ) LIMIT $1)
  )
  SELECT q.name, count(w.since) AS depth, max(t.now - w.since) AS oldest, t.now,
    (SELECT coalesce(json_agg(document_set ORDER BY document_set), '[]') FROM crossfade_state.follow
     WHERE fault IS NOT NULL AND lease_until > t.now) AS refused
  FROM t CROSS JOIN unnest(ARRAY['rollouts', 'effects', 'commands', 'evidence']) AS q (name)
  LEFT JOIN waiting w USING (name) GROUP BY q.name, t.now`;
