import type { DataSource } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { FlagSummary } from '../../core/protocol/flag-view.ts';
import { editRoute, type RouteEdit } from '../../core/flags/edit-route.ts';
import type { ObservedFlag, WantedFlag } from '../../engine/ports/flag-provider.ts';
import { FlagSwitch } from '../../engine/ports/flag-switch.ts';
import { type FlagRow, observedFlag } from './flag-row.ts';

/** Crossfade's own flag service: the flag is a row, its revision a sequence, a change a notification. */
export class PostgresFlagProvider extends FlagSwitch {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async set(wanted: WantedFlag): Promise<void> {
    await this.#refuseManaged(wanted.spec.migration);
    await this.#source.query(
      `INSERT INTO crossfade_state.flag AS f
           (name, provider, migration, spec, version, enabled, revision, changed_by, changed_at)
         VALUES ($1, 'crossfade', $2, $3, $4, true, nextval('crossfade_state.flag_revision'),
                 'crossfade', crossfade_state.now())
         ON CONFLICT (name) DO UPDATE
         SET provider = excluded.provider, lowered = NULL, lowered_version = NULL,
             spec = excluded.spec, version = excluded.version, edited = false,
             -- A flag that came from elsewhere may have been counted higher.
             enabled = f.enabled OR $5, revision = greatest(excluded.revision, f.revision + 1),
             changed_by = excluded.changed_by, changed_at = excluded.changed_at
         WHERE f.version < excluded.version AND f.migration = excluded.migration
           -- What a person did since we looked stands, unless everybody is to go back.
           AND (NOT f.edited OR f.revision <= $6 OR excluded.spec->>'canaryStage' = 'off')
           -- Nobody is ever sent back to a side that contract has taken away.
           AND NOT (f.spec->>'safeSide' = 'new' AND excluded.spec->>'safeSide' = 'old')`,
      [
        wanted.name,
        wanted.spec.migration,
        wanted.spec,
        wanted.version,
        wanted.enable,
        wanted.seen ?? 0,
      ],
    );
  }

  async read(name: string): Promise<ObservedFlag | null> {
    const rows: FlagRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.flag WHERE name = $1',
      [name],
    );
    const row = rows[0];
    return row === undefined ? null : observedFlag(row);
  }

  async all(): Promise<readonly FlagSummary[]> {
    const rows: (FlagSummary & { changedAt: string })[] = await this.#source.query(selectSummaries);
    return rows.map((row) => ({ ...row, changedAt: Number(row.changedAt) }));
  }

  /** A flag that people manage under that name would be hidden from its clients. */
  async #refuseManaged(migration: string): Promise<void> {
    const rows: unknown[] = await this.#source.query(
      `SELECT FROM crossfade_state.feature f WHERE f.name = $1
         AND NOT EXISTS (SELECT FROM crossfade_state.flag WHERE migration = f.name)`,
      [migration],
    );
    if (rows.length === 0) return;
    throw new CrossfadeError(
      'conflict',
      `people manage a flag "${migration}" already; remove it, or rename the policy`,
    );
  }

  async edit(name: string, edit: RouteEdit, by: string): Promise<ObservedFlag> {
    return this.#source.transaction(async (manager) => {
      const [row]: FlagRow[] = await manager.query(
        `SELECT * FROM crossfade_state.flag WHERE name = $1 AND provider = 'crossfade' FOR UPDATE`,
        [name],
      );
      if (row === undefined) {
        throw new CrossfadeError('notFound', `no flag ${name} in Crossfade's own flag service`);
      }
      await manager.query(
        `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
         VALUES (crossfade_state.now(), $1, 'edit flag', $2, $3)`,
        [by, name, edit],
      );
      const [rows]: [FlagRow[], number] = await manager.query(
        `UPDATE crossfade_state.flag
         SET spec = $2, enabled = $3, edited = true,
             revision = greatest(nextval('crossfade_state.flag_revision'), revision + 1),
             changed_by = $4, changed_at = crossfade_state.now()
         WHERE name = $1 RETURNING *`,
        [name, editRoute(row.spec, edit), edit.enabled ?? row.enabled, by],
      );
      return observedFlag(rows[0] ?? row);
    });
  }
}

const selectSummaries = `SELECT f.name, f.provider, f.migration AS policy, f.enabled, f.edited,
    coalesce(r.project, 'default') AS project, (f.spec->>'share')::int AS share,
    jsonb_array_length(f.spec->'pinned') AS pinned,
    f.changed_by AS "changedBy", f.changed_at AS "changedAt"
  FROM crossfade_state.flag f
  LEFT JOIN LATERAL (
    SELECT p.body->>'project' AS project FROM crossfade_state.rollout r
    JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
    WHERE r.policy = f.migration ORDER BY r.attempt DESC LIMIT 1
  ) r ON true
  ORDER BY f.name LIMIT 5000`;
