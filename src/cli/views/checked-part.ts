/** One part of the answer. `unknown`: it could not be told here, and `told` says why. */
export interface CheckedPart {
  readonly part:
    'lint' | 'plan' | 'evidence' | 'simulate' | 'cohort' | 'target' | 'doctor' | 'rehearse';
  readonly verdict: 'go' | 'no-go' | 'unknown';
  readonly told: readonly string[];
}
