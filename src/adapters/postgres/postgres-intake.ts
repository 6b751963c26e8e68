import type { CommandDetail } from '../../core/rollout/observations.ts';
import type { CommandView } from '../../core/protocol/command-view.ts';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { InstanceReport } from '../../core/protocol/report.ts';
import { type CommandRequest, Intake } from '../../engine/ports/intake.ts';

export class PostgresIntake extends Intake {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async report(report: InstanceReport): Promise<readonly string[]> {
    return this.#source.transaction(async (manager) => {
      const fresh = await touchInstance(manager, report);
      if (fresh && report.evidence.length > 0) await insertEvidence(manager, report);
      if (report.leaving) {
        await manager.query(markLeft, [report.instance]);
      }
      return report.implements;
    });
  }

  async command(rollout: string, request: CommandRequest): Promise<string> {
    const { verb, by, reason, requestId, ...detail } = request;
    return this.#source.transaction(async (manager) => {
      const id = randomUUID();
      const rows: StoredCommand[] = await manager.query(insertCommand, [
        id,
        rollout,
        verb,
        by,
        reason,
        requestId,
        detail,
      ]);
      const stored = rows[0] ?? { id, rollout, verb };
      if (stored.id !== id) return sameCommand(stored, rollout, request);
      await manager.query(
        `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
         VALUES (crossfade_state.now(), $1, $2, $3, $4)`,
        [by, verb, rollout, { command: id, reason, ...audited(detail) }],
      );
      return id;
    });
  }

  async sent(requestId: string): Promise<string | null> {
    const rows: { id: string }[] = await this.#source.query(
      'SELECT id FROM crossfade_state.command WHERE request_id = $1',
      [requestId],
    );
    return rows[0]?.id ?? null;
  }

  async forget(keepMs: number): Promise<void> {
    await this.#source.query(
      'DELETE FROM crossfade_state.evidence WHERE received_at < (SELECT crossfade_state.now()) - $1::bigint',
      [keepMs],
    );
    await this.#source.query(
      `DELETE FROM crossfade_state.instance
       WHERE seen_at + max_stale_ms < (SELECT crossfade_state.now()) - $1::bigint`,
      [keepMs],
    );
  }

  async commands(rollout: string, limit: number): Promise<readonly CommandView[]> {
    const rows: CommandRow[] = await this.#source.query(selectCommands, [rollout, limit]);
    return rows.map(({ at, accepted, answer, ...command }) => ({
      ...command,
      at: Number(at),
      answer: accepted === null ? null : { accepted, reason: answer ?? '' },
    }));
  }

  async answer(name: string, id: string): Promise<{ accepted: boolean; reason: string } | null> {
    const rows: { accepted: boolean; reason: string }[] = await this.#source.query(
      `SELECT c.accepted, c.answer AS reason FROM crossfade_state.command c
       JOIN crossfade_state.rollout r ON r.id = c.rollout_id
       WHERE c.id = $1 AND (r.id = $2 OR r.policy = $2) AND c.answered_at IS NOT NULL`,
      [id, name],
    );
    return rows[0] ?? null;
  }
}

interface CommandRow extends Omit<CommandView, 'at' | 'answer'> {
  readonly at: string;
  readonly accepted: boolean | null;
  readonly answer: string | null;
}

const selectCommands = `SELECT * FROM (
    SELECT id, verb, requested_by AS by, reason, at, accepted, answer
    FROM crossfade_state.command WHERE rollout_id = $1 ORDER BY at DESC, id DESC LIMIT $2
  ) AS last ORDER BY at, id`;

interface StoredCommand {
  readonly id: string;
  readonly rollout: string;
  readonly verb: string;
}

/** Whoever repeats a request must not be answered what became of another one. */
function sameCommand(stored: StoredCommand, rollout: string, request: CommandRequest): string {
  if (stored.rollout === rollout && stored.verb === request.verb) return stored.id;
  throw new CrossfadeError(
    'conflict',
    `request ${request.requestId ?? ''} was ${stored.verb} of ${stored.rollout}; give each command an id of its own`,
  );
}

/** True when this batch was not seen before. A sign of life counts even in a repeated batch. */
async function touchInstance(manager: EntityManager, report: InstanceReport): Promise<boolean> {
  const rows: { fresh: boolean }[] = await manager.query(upsertInstance, [
    report.instance,
    report.service,
    report.implements,
    JSON.stringify(report.acknowledged),
    report.maxStaleMs,
    report.seq,
    report.version ?? null,
    report.client ?? null,
  ]);
  return rows[0]?.fresh ?? false;
}

/** Evidence is kept for migrations that a rollout is under way for; nobody would ever read the rest. */
async function insertEvidence(manager: EntityManager, report: InstanceReport): Promise<void> {
  await manager.query(
    `INSERT INTO crossfade_state.evidence (migration, instance, seq, piece, received_at, body)
     SELECT e->>'migration', $1, $2, piece, crossfade_state.now(), e
     FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS pieces (e, piece)
     WHERE EXISTS (
       SELECT FROM crossfade_state.rollout WHERE policy = e->>'migration' AND NOT ended
     )
     ON CONFLICT DO NOTHING`,
    [report.instance, report.seq, JSON.stringify(report.evidence)],
  );
}

const upsertInstance = `WITH before AS (
    SELECT seq FROM crossfade_state.instance WHERE instance = $1 FOR UPDATE
  ), written AS (
    INSERT INTO crossfade_state.instance AS i
      (instance, service, implements, acknowledged, max_stale_ms, seq, version, client, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, crossfade_state.now())
    ON CONFLICT (instance) DO UPDATE
    SET implements = excluded.implements, version = excluded.version, client = excluded.client,
        max_stale_ms = excluded.max_stale_ms,
        acknowledged = CASE WHEN excluded.seq >= i.seq THEN excluded.acknowledged
                            ELSE i.acknowledged END,
        seq = greatest(i.seq, excluded.seq),
        seen_at = excluded.seen_at
    -- A report that was under way when the process left says nothing of today.
    WHERE i.left_at IS NULL
  )
  SELECT coalesce((SELECT seq FROM before) < $6::bigint, true) AS fresh`;

// The row stays for as long as one of a silent instance would: so long its id stands for nobody.
const markLeft = `UPDATE crossfade_state.instance SET left_at = crossfade_state.now()
  WHERE instance = $1 AND left_at IS NULL`;

/** Of a revision its name: the whole of it is kept among the policies once the rollout goes by it. */
function audited({ onto, ...detail }: CommandDetail): object {
  return onto === undefined ? detail : { ...detail, to: onto.revision };
}

const insertCommand = `WITH asked AS (
    INSERT INTO crossfade_state.command
      (id, rollout_id, verb, requested_by, reason, request_id, detail, at, flag_revision)
    VALUES ($1, $2, $3, $4, $5, $6, $7, crossfade_state.now(), (
      SELECT f.revision FROM crossfade_state.rollout r
      JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
      JOIN crossfade_state.flag f ON f.name = p.body->'flag'->>'name'
      WHERE r.id = $2
    ))
    ON CONFLICT (request_id) DO NOTHING RETURNING id, rollout_id AS rollout, verb
  )
  SELECT * FROM asked UNION ALL
  SELECT id, rollout_id, verb FROM crossfade_state.command WHERE request_id = $6 LIMIT 1`;
