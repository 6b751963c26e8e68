import type { StreamState } from '../../core/received/stream.ts';
import type { WindowCounts } from '../../core/received/window-counts.ts';

/** A stream as it was stored last. */
export interface KnownStream {
  /** Rises with each change. */
  readonly version: number;
  readonly state: StreamState;
}

/** All that one batch of points changes. */
export interface ReceivedBatch {
  readonly streams: readonly {
    readonly stream: string;
    readonly migration: string;
    /** The version that the new state was made from; 0 when there was none. */
    readonly version: number;
    readonly state: StreamState;
    /** Whether it has series that it did not have before. */
    readonly isWider: boolean;
  }[];
  readonly counts: ReadonlyMap<string, WindowCounts>;
}

/** What was received of a migration: the windows asked for, and when the newest of all came. */
export interface ReceivedWindows {
  readonly windows: readonly WindowCounts[];
  /** Epoch milliseconds; null when nothing ever came, or all of it is forgotten. */
  readonly newestAt: number | null;
}

/** Metrics that applications send, rolled up; replicas share it. */
export abstract class ReceivedStore {
  /** What is known of streams; those that nobody has heard of are left out. */
  abstract load(streams: readonly string[]): Promise<ReadonlyMap<string, KnownStream>>;

  /** How many streams there are of each migration. */
  abstract streamsOf(migrations: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /**
   * Keeps all of a batch, and counts it to the present window; false, and nothing kept, when another
   * replica changed one of the streams meanwhile.
   */
  abstract keep(batch: ReceivedBatch): Promise<boolean>;

  /** What came after `from`, up to and including `at`, both epoch milliseconds; later nothing is added to it. */
  abstract windows(migration: string, from: number, at: number): Promise<ReceivedWindows>;

  /** Forgets windows and silent streams that are older than `keepMs`. */
  abstract forget(keepMs: number): Promise<void>;
}
