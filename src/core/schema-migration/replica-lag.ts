/** Where the write-ahead log stood at a moment of the target's clock, in bytes and milliseconds. */
export interface WalBeat {
  readonly wal: number;
  readonly at: number;
}

/** Beats older than the oldest one that a replica still has to reach say nothing more. */
const MOST_BEATS = 1_000;

/** The beats that are kept when a further one is added. */
export function withBeat(
  beats: readonly WalBeat[],
  beat: WalBeat,
  replayed: number | null,
): readonly WalBeat[] {
  const open = replayed === null ? [] : beats.filter(({ wal }) => wal > replayed);
  // Of too many the oldest stays: it is what the lag is counted from.
  const kept = open.length < MOST_BEATS ? open : open.filter((_, at) => at === 0 || at % 2 === 1);
  return [...kept, beat];
}

/**
 * How long ago the log stood where the slowest replica has not come to yet, in milliseconds. It needs
 * neither a row that is written as a heartbeat nor a connection to the replica, nor does it believe
 * the replica's clock.
 * @param replayed what the slowest replica has replayed; null without a replica
 */
export function replicaLag(
  beats: readonly WalBeat[],
  replayed: number | null,
  now: number,
): number {
  if (replayed === null) return 0;
  const open = beats.filter(({ wal }) => wal > replayed).map(({ at }) => at);
  return open.length === 0 ? 0 : Math.max(0, now - Math.min(...open));
}
