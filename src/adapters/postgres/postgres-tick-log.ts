import type { DataSource } from 'typeorm';
import type { DecisionRecord, LoggedTick } from '../../core/rollout/replay.ts';
import { TickLog } from '../../engine/ports/tick-log.ts';

export class PostgresTickLog extends TickLog {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override async record(seq: number): Promise<DecisionRecord | null> {
    const rows: DecisionRow[] = await this.#source.query(selectRecord, [seq]);
    const [row] = rows;
    if (row === undefined) return null;
    const before = row.before === null ? null : Number(row.before);
    return { ...row, seq: Number(row.seq), fence: Number(row.fence), before };
  }

  override async ticks(
    rollout: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<readonly LoggedTick[]> {
    const rows: (LoggedTick & { fence: string })[] = await this.#source.query(
      `SELECT fence, input FROM crossfade_state.tick
       WHERE rollout_id = $1 AND fence >= $2 AND fence < $3 ORDER BY fence LIMIT $4`,
      [rollout, from, to, limit],
    );
    return rows.map(({ fence, input }) => ({ fence: Number(fence), input }));
  }

  override async forget(keepMs: number): Promise<void> {
    await this.#source.query(
      `DELETE FROM crossfade_state.tick
       WHERE checkpoint IS NULL AND at < crossfade_state.now() - $1::bigint`,
      [keepMs],
    );
  }
}

type DecisionRow = Omit<DecisionRecord, 'seq' | 'fence' | 'before'> & {
  readonly seq: string;
  readonly fence: string;
  readonly before: string | null;
};

const selectRecord = `SELECT d.seq, d.fence, p.body AS policy, t.checkpoint, t.input, d.body AS decision,
    (SELECT max(e.seq) FROM crossfade_state.decision e
     WHERE e.rollout_id = d.rollout_id AND e.seq < d.seq) AS before
  FROM crossfade_state.decision d
  JOIN crossfade_state.tick t ON t.rollout_id = d.rollout_id AND t.fence = d.fence
  JOIN crossfade_state.rollout r ON r.id = d.rollout_id
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE d.seq = $1 AND t.checkpoint IS NOT NULL`;
