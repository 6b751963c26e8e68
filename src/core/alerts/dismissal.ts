import type { FiringAlert } from './alert.ts';

/** A person's word that an alert says nothing about a rollout. Epoch milliseconds. */
export interface Dismissal {
  /** The id of the occurrence that is meant. */
  readonly alert: string;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/**
 * The dismissal of this alert, if there is one. It is good for what was heard before it: an alert that fires
 * anew is another occurrence, or, where its sender tells no beginning, the same one heard of later.
 */
export function dismissalOf(
  dismissals: readonly Dismissal[] | undefined,
  { id, heardAt }: Pick<FiringAlert, 'id' | 'heardAt'>,
): Dismissal | undefined {
  return dismissals?.find(({ alert, at }) => alert === id && heardAt <= at);
}
