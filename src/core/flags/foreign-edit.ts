import { CrossfadeError } from '../errors.ts';

/**
 * A flag that somebody changed into what no route can express. Carries who and when, so that the
 * automation can stop and say why. The code is `conflict`.
 */
export class ForeignEdit extends CrossfadeError {
  readonly changedBy: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
  /** The flag's revision with the edit in it. */
  readonly revision: number;
  /** False when the flag system gives it to nobody any more: all are on the safe side. */
  readonly enabled: boolean;
  readonly reasons: readonly string[];

  constructor(
    flag: string,
    change: {
      readonly changedBy: string;
      readonly changedAt: number;
      readonly revision: number;
      readonly enabled: boolean;
      readonly reasons: readonly string[];
    },
  ) {
    super(
      'conflict',
      `flag "${flag}" no longer shows a route since ${change.changedBy} changed it: ` +
        `${change.reasons.join('; ')}. Undo the edit, or let Crossfade write its route again.`,
    );
    this.name = 'ForeignEdit';
    this.changedBy = change.changedBy;
    this.changedAt = change.changedAt;
    this.revision = change.revision;
    this.enabled = change.enabled;
    this.reasons = change.reasons;
  }
}
