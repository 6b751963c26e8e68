import type { DataSource } from 'typeorm';
import type { FollowTurn } from '../../engine/ports/document-sets.ts';
import { type Following, type FollowReport, FollowStore } from '../../engine/ports/follow-store.ts';

export class PostgresFollowStore extends FollowStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async take(
    set: string,
    folder: string,
    owner: string,
    leaseMs: number,
  ): Promise<(Following & { readonly turn: FollowTurn }) | null> {
    const rows: Row[] = await this.#source.query(takeTurn, [set, folder, owner, leaseMs]);
    const [row] = rows;
    if (row === undefined) return null;
    return { ...followingOf(row), turn: { set, fence: Number(row.fence) } };
  }

  async report({ set, fence }: FollowTurn, { fingerprint, fault }: FollowReport): Promise<void> {
    const told = fault === null ? null : JSON.stringify(fault);
    await this.#source.query(noteOutcome, [set, fence, fingerprint, told]);
  }

  async all(): Promise<readonly Following[]> {
    const rows: Row[] = await this.#source.query(
      `SELECT ${columns} FROM crossfade_state.follow ORDER BY document_set`,
    );
    return rows.map(followingOf);
  }
}

/** What PostgreSQL's driver gives: bigints are texts. */
interface Row extends Omit<Following, 'leaseUntil' | 'triedAt'> {
  readonly fence: string;
  readonly leaseUntil: string;
  readonly triedAt: string | null;
}

function followingOf({ set, folder, owner, fingerprint, fault, ...times }: Row): Following {
  return {
    set,
    folder,
    owner,
    fingerprint,
    fault,
    leaseUntil: Number(times.leaseUntil),
    triedAt: times.triedAt === null ? null : Number(times.triedAt),
  };
}

const columns = `document_set AS set, folder, owner, lease_until AS "leaseUntil", fence, fingerprint,
  tried_at AS "triedAt", fault`;

// A fence rises when the turn changes hands: whoever had it before can no longer store anything.
const takeTurn = `INSERT INTO crossfade_state.follow AS f
    (document_set, folder, owner, lease_until, fence)
  VALUES ($1, $2, $3, crossfade_state.now() + $4::bigint, 1)
  ON CONFLICT (document_set) DO UPDATE SET folder = excluded.folder, owner = excluded.owner,
    lease_until = excluded.lease_until,
    fence = CASE WHEN f.owner = excluded.owner THEN f.fence ELSE f.fence + 1 END
  WHERE f.owner = excluded.owner OR f.lease_until <= crossfade_state.now()
  RETURNING ${columns}`;

const noteOutcome = `UPDATE crossfade_state.follow
  SET fingerprint = $3, fault = $4::jsonb, tried_at = crossfade_state.now()
  WHERE document_set = $1 AND fence = $2`;
