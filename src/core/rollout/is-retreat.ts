import type { Verb } from './observations.ts';

/** Verbs that stop a rollout or take it back. Whoever asks for one is never made to wait. */
const retreats: readonly Verb[] = ['pause', 'rollback', 'abort', 'freeze'];

export function isRetreat(verb: unknown): boolean {
  return retreats.some((one) => one === verb);
}
