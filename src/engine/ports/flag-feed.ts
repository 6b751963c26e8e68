import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';

/** Everything that the flag service serves, as it stands. */
export abstract class FlagFeed {
  /**
   * The catalog as it stands now. All who ask at the same time share one read; reads never overlap.
   * Throws `unavailable` when it cannot be read.
   */
  abstract catalog(): Promise<FlagCatalog>;

  /**
   * The catalog as it was known to stand a moment ago, without a read; one is made when the last
   * sign that it is still so is older than a few seconds. Throws `unavailable` when that fails.
   */
  abstract latest(): FlagCatalog | Promise<FlagCatalog>;

  /**
   * Calls `listener` with the catalog soon after anything in it changed: one read for all listeners,
   * and never an older catalog after a newer one. Returns how to stop that.
   */
  abstract subscribe(listener: (catalog: FlagCatalog) => void): () => void;

  abstract close(): Promise<void>;
}
