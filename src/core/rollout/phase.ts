/** Where a rollout stands as a whole; which step it is at is the step index's business. */
export const phases = [
  'pending',
  'running',
  'paused',
  'rolling_back',
  'frozen',
  'completed',
  'rolled_back',
  'aborted',
  'superseded',
] as const;

export type Phase = (typeof phases)[number];

/** As a sentence has it: `rolled back`. */
export function phaseWords(phase: Phase): string {
  return phase.replaceAll('_', ' ');
}

const terminal: readonly Phase[] = ['completed', 'rolled_back', 'aborted', 'superseded'];

/** Terminal phases absorb: nothing that happens afterwards changes the rollout. */
export function isTerminal(phase: Phase): boolean {
  return terminal.includes(phase);
}
