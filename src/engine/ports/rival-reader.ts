import type { Candidate, Fellow } from '../../core/storm/storm-view.ts';

/** What other rollouts want, for one that would go back. Never more than a few dozen are told of. */
export abstract class RivalReader {
  /** Others that would go back, or have gone, by the word of one of the providers since then (epoch milliseconds). */
  abstract wishing(
    rollout: string,
    providers: readonly string[],
    since: number,
  ): Promise<readonly Fellow[]>;

  /** Others with units on the new side that hear one of the providers: its alerts everybody may hear. */
  abstract exposed(rollout: string, providers: readonly string[]): Promise<readonly Candidate[]>;
}
