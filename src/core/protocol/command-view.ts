import type { Verb } from '../rollout/observations.ts';

/** What a person asked of a rollout, and what became of it. */
export interface CommandView {
  readonly id: string;
  readonly verb: Verb;
  /** Who asked. */
  readonly by: string;
  /** Why, in their words; null where they gave none. */
  readonly reason: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Null until a tick has answered. */
  readonly answer: { readonly accepted: boolean; readonly reason: string } | null;
}
