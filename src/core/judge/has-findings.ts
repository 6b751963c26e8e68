import type { JudgeState } from './judge-state.ts';

/**
 * Whether anything was found: harm, a unit to blame for it, an old side worse than before, or a unit sent back
 * that the probe is about. While nothing was, no guard fails, and all that `measureGuards` can tell is whether
 * the evidence suffices.
 */
export function hasFindings({ failures, accused, quarantined, baseline }: JudgeState): boolean {
  return failures.length + accused.length + quarantined.length > 0 || baseline.harm !== null;
}
