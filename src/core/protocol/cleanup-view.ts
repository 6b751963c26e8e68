/** One thing that is left of a rollout that has ended. */
export interface LeftOver {
  /**
   * `code`: an instance that still knows the change. `flag`: what routed it. `shape`: an old shape that a restore has
   * brought back. `trash`: what contract or a rollback has put aside. `stub`: a view that tells old code
   * what happened. `schema`: that of a version, which holds no more than such views. `backup`: a copy of the
   * tables. `route`: the row that applications read in the target.
   */
  readonly kind: 'code' | 'flag' | 'shape' | 'trash' | 'stub' | 'schema' | 'backup' | 'route';
  /** What it is called where it stands. */
  readonly name: string;
  /** Since when, until when, how large: in words. */
  readonly words: string;
  /** False for what Crossfade only names: somebody else has to take it away. */
  readonly removable: boolean;
}

/** What is left of a rollout, and what this call has taken away. */
export interface CleanupView {
  readonly rollout: string;
  readonly removed: readonly LeftOver[];
  readonly left: readonly LeftOver[];
  /** Why something that was to go is still there; null when nothing stood in the way. */
  readonly reason: string | null;
}
