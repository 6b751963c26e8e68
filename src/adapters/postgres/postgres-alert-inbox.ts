import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Alert, FiringAlert } from '../../core/alerts/alert.ts';
import type { AlertRule } from '../../core/alerts/alert-rule.ts';
import type { StoredAlert } from '../../core/protocol/alert-list.ts';
import { AlertInbox } from '../../engine/ports/alert-inbox.ts';

/** So many alerts of one rollout are looked at; one would do. */
const perRollout = 100;

type Body = Pick<Alert, 'source' | 'fingerprint' | 'summary' | 'link'>;

interface AlertRow {
  readonly key: string;
  readonly status: Alert['status'];
  readonly labels: Alert['labels'];
  readonly partial: boolean;
  readonly body: Body;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly heard_at: string;
  readonly last_heard_at: string;
  readonly resolved_at: string | null;
  readonly told: number;
}

/** One row for each occurrence, keyed by what names it. */
export class PostgresAlertInbox extends AlertInbox {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override async take(alerts: readonly Alert[]): Promise<number> {
    if (alerts.length === 0) return 0;
    const rows = JSON.stringify(onePerKey(alerts));
    const changed = await this.#source.transaction(async (manager) => {
      const upserted: unknown[] = await manager.query(upsertAlerts, [rows]);
      await manager.query(endOver, [rows]);
      return upserted.length;
    });
    // Of two notifications at once neither saw the other; the later one to be kept sees both.
    await this.#source.query(endOver, [rows]);
    return changed;
  }

  override async firing(rules: readonly AlertRule[]): Promise<readonly FiringAlert[]> {
    if (rules.length === 0) return [];
    const matches = rules.map(({ match }) => JSON.stringify(match));
    const rows: AlertRow[] = await this.#source.query(selectFiring, [matches, perRollout]);
    return rows.map((row) => {
      const { status: _firing, endsAt: _none, ...alert } = alertOf(row);
      return { ...alert, id: idOf(row), heardAt: Number(row.heard_at) };
    });
  }

  override async recent(limit: number, onlyFiring = false): Promise<readonly StoredAlert[]> {
    const rows: AlertRow[] = await this.#source.query(
      `SELECT * FROM crossfade_state.alert WHERE status = 'firing' OR NOT $2::boolean
       ORDER BY last_heard_at DESC, key LIMIT $1`,
      [limit, onlyFiring],
    );
    return rows.map((row) => ({
      ...alertOf(row),
      id: idOf(row),
      heardAt: Number(row.heard_at),
      lastHeardAt: Number(row.last_heard_at),
      resolvedAt: timeOf(row.resolved_at),
      told: row.told,
    }));
  }

  override async forget(keepMs: number): Promise<void> {
    await this.#source.query(
      `DELETE FROM crossfade_state.alert
       WHERE last_heard_at < (SELECT crossfade_state.now()) - $1::bigint`,
      [keepMs],
    );
  }
}

function alertOf(row: AlertRow): Alert {
  return {
    ...row.body,
    status: row.status,
    labels: row.labels,
    startsAt: timeOf(row.starts_at),
    endsAt: row.status === 'firing' ? null : timeOf(row.ends_at),
    isPartial: row.partial,
  };
}

/** So much of a digest tells apart what fires at one time, and can be typed. */
function idOf({ key }: Pick<AlertRow, 'key'>): string {
  return key.slice(0, 12);
}

function timeOf(column: string | null): number | null {
  return column === null ? null : Number(column);
}

/** A notification may tell of an occurrence twice; that it is resolved is what counts. */
function onePerKey(alerts: readonly Alert[]): readonly object[] {
  const rows = new Map<string, { readonly status: Alert['status'] }>();
  for (const { source, fingerprint, summary, link, startsAt, endsAt, ...alert } of alerts) {
    const kind = digest([source, fingerprint]);
    const key = digest([source, fingerprint, startsAt]);
    if (rows.get(key)?.status === 'resolved') continue;
    const body: Body = { source, fingerprint, summary, link };
    const { status, labels, isPartial: partial } = alert;
    rows.set(
      key,
      Object.assign(
        { key, kind, starts_at: startsAt, ends_at: endsAt },
        { status, labels, partial, body },
      ),
    );
  }
  return [...rows.values()];
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const told = `jsonb_to_recordset($1::jsonb) AS told
  (key text, kind text, starts_at bigint, ends_at bigint, status text, labels jsonb, partial boolean, body jsonb)`;

// Those of which no beginning is known have one row for good, which therefore may fire again.
const upsertAlerts = `INSERT INTO crossfade_state.alert AS a
    (key, kind, starts_at, ends_at, status, labels, partial, body, heard_at, last_heard_at, resolved_at)
  SELECT key, kind, starts_at, ends_at, status, labels, partial, body, crossfade_state.now(),
    crossfade_state.now(), CASE status WHEN 'resolved' THEN crossfade_state.now() END
  FROM ${told} ORDER BY key
  ON CONFLICT (key) DO UPDATE
  SET last_heard_at = excluded.last_heard_at, told = a.told + 1,
      ends_at = greatest(a.ends_at, excluded.ends_at),
      body = excluded.body, labels = excluded.labels,
      status = CASE WHEN a.status = 'resolved' AND a.starts_at IS NOT NULL THEN a.status
                    ELSE excluded.status END,
      heard_at = CASE WHEN a.status = 'resolved' AND a.starts_at IS NULL THEN excluded.heard_at
                      ELSE a.heard_at END,
      resolved_at = coalesce(CASE WHEN a.starts_at IS NOT NULL THEN a.resolved_at END,
                             excluded.resolved_at)
  RETURNING 1`;

// That an occurrence is over may never be told of itself: a newer one began, or its sender, one of a pair that
// tell of the same alert with beginnings of their own, ended it under another beginning.
const endOver = `UPDATE crossfade_state.alert SET status = 'resolved', resolved_at = crossfade_state.now()
  WHERE key IN (
    SELECT a.key FROM crossfade_state.alert AS a
    WHERE a.status = 'firing' AND a.kind IN (SELECT kind FROM ${told})
      AND EXISTS (SELECT 1 FROM crossfade_state.alert AS other WHERE other.kind = a.kind
                  AND (other.starts_at > a.starts_at OR other.ends_at > a.starts_at))
    ORDER BY a.key FOR UPDATE OF a)`;

// Those that ask for less than the rule allows come last, since they could crowd out one that does not.
const selectFiring = `SELECT * FROM crossfade_state.alert
  WHERE status = 'firing' AND (partial OR labels @> ANY ($1::jsonb[]))
  ORDER BY labels ? 'rollout_action', starts_at DESC NULLS LAST, key LIMIT $2`;
