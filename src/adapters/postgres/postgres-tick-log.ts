import type { DataSource } from 'typeorm';
import type { TickInput } from '../../core/rollout/judging.ts';
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
    const [before, follows] = [numberOrNull(row.before), numberOrNull(row.follows)];
    return { ...row, seq: Number(row.seq), fence: Number(row.fence), before, follows };
  }

  override async ticks(
    rollout: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<readonly LoggedTick[]> {
    const rows: TickRow[] = await this.#source.query(selectTicks, [rollout, from, to, limit]);
    return rows.map(({ fence, follows, ...row }) => ({
      fence: Number(fence),
      follows: numberOrNull(follows),
      ...row,
    }));
  }

  override async inputs(
    rollout: string,
    after: number,
    since: number,
    limit: number,
  ): Promise<readonly { readonly fence: number; readonly input: TickInput }[]> {
    const rows: { fence: string; input: TickInput }[] = await this.#source.query(
      `SELECT fence, input FROM crossfade_state.tick
       WHERE rollout_id = $1 AND fence > $2 AND at >= $3 ORDER BY fence LIMIT $4`,
      [rollout, after, since, limit],
    );
    return rows.map(({ fence, input }) => ({ fence: Number(fence), input }));
  }

  override async wholeSince(rollout: string): Promise<number | null> {
    const rows: { seq: string }[] = await this.#source.query(selectWhole, [rollout]);
    return numberOrNull(rows[0]?.seq ?? null);
  }

  override async forget(keepMs: number): Promise<void> {
    // The newest stays, so that the tick after it names what it follows, and a gap is seen.
    await this.#source.query(
      `DELETE FROM crossfade_state.tick t
       WHERE checkpoint IS NULL AND at < crossfade_state.now() - $1::bigint
         AND EXISTS (SELECT FROM crossfade_state.tick later
                     WHERE later.rollout_id = t.rollout_id AND later.fence > t.fence)`,
      [keepMs],
    );
  }
}

type DecisionRow = Omit<DecisionRecord, 'seq' | 'fence' | 'before' | 'follows'> & {
  readonly seq: string;
  readonly fence: string;
  readonly before: string | null;
  readonly follows: string | null;
};

type TickRow = Omit<LoggedTick, 'fence' | 'follows'> & {
  readonly fence: string;
  readonly follows: string | null;
};

function numberOrNull(bigint: string | null): number | null {
  return bigint === null ? null : Number(bigint);
}

const selectTicks = `SELECT t.fence, t.follows, t.input,
    coalesce(t.seen, t.checkpoint -> 'seen') AS seen, d.body AS decision
  FROM crossfade_state.tick t
  LEFT JOIN crossfade_state.decision d ON d.rollout_id = t.rollout_id AND d.fence = t.fence
  WHERE t.rollout_id = $1 AND t.fence >= $2 AND t.fence < $3 ORDER BY t.fence LIMIT $4`;

/** The first decision after the last tick whose predecessor is gone. */
const selectWhole = `SELECT d.seq FROM crossfade_state.decision d
  WHERE d.rollout_id = $1 AND d.fence >= (
    SELECT max(t.fence) FROM crossfade_state.tick t
    LEFT JOIN crossfade_state.tick p ON p.rollout_id = t.rollout_id AND p.fence = t.follows
    WHERE t.rollout_id = $1 AND p.fence IS NULL)
  ORDER BY d.seq LIMIT 1`;

/** With the revision that the rollout went by at that moment, which may not be that of now. */
const selectRecord = `SELECT d.seq, d.fence, t.follows, p.body AS policy, t.checkpoint, t.input, d.body AS decision,
    (SELECT max(e.seq) FROM crossfade_state.decision e
     WHERE e.rollout_id = d.rollout_id AND e.seq < d.seq) AS before
  FROM crossfade_state.decision d
  JOIN crossfade_state.tick t ON t.rollout_id = d.rollout_id AND t.fence = d.fence
  JOIN crossfade_state.rollout r ON r.id = d.rollout_id
  JOIN crossfade_state.policy p ON p.name = r.policy
    AND p.revision = t.checkpoint -> 'rollout' ->> 'policyRevision'
  WHERE d.seq = $1 AND t.checkpoint IS NOT NULL`;
