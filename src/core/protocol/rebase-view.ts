/** What moving a rollout onto a newer revision of its policy changes. */
export interface RebaseView {
  readonly rollout: string;
  /** The revisions that it ran by, and runs by from then on. */
  readonly from: string;
  readonly to: string;
  /** In words, one for each value or list. */
  readonly changes: readonly string[];
  /** Those by which less stands between harm and the units. */
  readonly loosened: readonly string[];
  /** False while no tick has taken it up; true also where there was nothing to do. */
  readonly answered: boolean;
  /** What the tick said. */
  readonly reason?: string;
}
