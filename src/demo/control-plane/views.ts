/**
 * What the demo reads of the control plane's answers; the whole is described in
 * `docs/architecture.md`. The demo is a client like any other and shares no code with the server.
 */
export interface RolloutView {
  readonly phase: string;
  readonly stepIndex: number;
  readonly steps: readonly { readonly name: string; readonly kind: string }[];
  /** Epoch milliseconds. */
  readonly stepEnteredAt: number;
  readonly waitingFor: string | null;
  readonly hold: { readonly code: string; readonly reason: string } | null;
  readonly stop: { readonly reason: string } | null;
  readonly rollback: { readonly cause: string } | null;
  readonly exposure: { readonly peak: number };
  readonly jobs: readonly {
    readonly kind: string;
    readonly status: string;
    readonly done: number;
    readonly total: number | null;
  }[];
}

/** One decision. `at` is in epoch milliseconds; `step` is where the rollout stands after it. */
export interface DecisionView {
  readonly seq: number;
  readonly at: number;
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly reason: string;
  readonly guards: readonly { readonly guard: string; readonly verdict: string }[];
}

/** The name of the step that the rollout is at. */
export function currentStepName(view: RolloutView): string {
  return view.steps[view.stepIndex]?.name ?? '';
}

/** Phases that nothing follows. */
export function hasEnded(view: RolloutView): boolean {
  return ['completed', 'rolled_back', 'aborted', 'superseded'].includes(view.phase);
}
