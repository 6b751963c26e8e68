import type { DataSource } from 'typeorm';
import type { EventQuery } from '../../core/protocol/rollout-event.ts';
import { EventReader, type EventsOf, type KeptEvent } from '../../engine/ports/event-reader.ts';

/** Decisions, commands and alerts, each found by its own index and merged by time in one statement. */
export class PostgresEventReader extends EventReader {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override async read(
    { rollout, startedAt, endedAt, rules }: EventsOf,
    { kinds, since, until, limit }: EventQuery,
  ): Promise<readonly KeptEvent[]> {
    const rows: { readonly event: KeptEvent }[] = await this.#source.query(selectEvents, [
      rollout,
      since,
      until,
      limit,
      kinds,
      startedAt,
      endedAt,
      rules.map(({ match }) => JSON.stringify(match)),
    ]);
    return rows.map(({ event }) => event);
  }
}

const last = 'ORDER BY at DESC FETCH FIRST ($4::int) ROWS WITH TIES';

// An alert that stands for others is of them as far as its labels say; Crossfade's own are of nobody. What was
// over when it was first told of has not fired.
const alerts = `SELECT a.* FROM crossfade_state.alert a
  WHERE 'alert' = ANY ($5) AND a.labels->>'source' IS DISTINCT FROM 'crossfade'
    AND (a.resolved_at IS NULL OR a.resolved_at >= greatest($6::bigint, a.heard_at + 10))
    AND EXISTS (
      SELECT FROM unnest($8::jsonb[]) AS rule (match) WHERE NOT EXISTS (
        SELECT FROM jsonb_each_text(rule.match) AS wanted
        WHERE a.labels->>wanted.key IS DISTINCT FROM wanted.value
          AND NOT (a.partial AND NOT a.labels ? wanted.key)))`;

const alertBody = `a.body || jsonb_build_object(
  'id', left(a.key, 12), 'labels', a.labels, 'startsAt', a.starts_at, 'isPartial', a.partial,
  'did', coalesce((
    SELECT jsonb_agg(jsonb_build_object('seq', d.seq, 'at', d.at, 'action', d.body->'action') ORDER BY d.seq)
    FROM crossfade_state.decision d
    WHERE d.body->>'alert' = left(a.key, 12) AND d.rollout_id = $1), '[]'))`;

const selectEvents = `WITH alerts AS (${alerts}), happened AS (
    (SELECT d.at, jsonb_build_object('kind', 'decision', 'at', d.at,
        'decision', d.body || jsonb_build_object('seq', d.seq)) AS event, d.seq AS place
      FROM crossfade_state.decision d
      WHERE 'decision' = ANY ($5) AND d.rollout_id = $1 AND d.at BETWEEN $2 AND $3 ${last})
    UNION ALL
    (SELECT c.at, jsonb_build_object('kind', 'command', 'at', c.at, 'command', jsonb_build_object(
        'id', c.id, 'verb', c.verb, 'by', c.requested_by, 'reason', c.reason, 'at', c.at,
        'answer', CASE WHEN c.accepted IS NULL THEN NULL
          ELSE jsonb_build_object('accepted', c.accepted, 'reason', coalesce(c.answer, '')) END)), 0
      FROM crossfade_state.command c
      WHERE 'command' = ANY ($5) AND c.rollout_id = $1 AND c.at BETWEEN $2 AND $3 ${last})
    UNION ALL
    (SELECT a.heard_at AS at, jsonb_build_object('kind', 'alert', 'at', a.heard_at, 'isOver', false,
        'alert', ${alertBody}), -1
      FROM alerts a WHERE a.heard_at BETWEEN $2 AND least($3, coalesce($7, $3)) ${last})
    UNION ALL
    (SELECT a.resolved_at AS at, jsonb_build_object('kind', 'alert', 'at', a.resolved_at, 'isOver', true,
        'alert', ${alertBody}), -1
      FROM alerts a WHERE a.resolved_at BETWEEN $2 AND least($3, coalesce($7, $3)) ${last})
  )
  SELECT event FROM (SELECT * FROM happened ${last}) shown ORDER BY at DESC, place DESC`;
