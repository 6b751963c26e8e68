import type { Claim, TickResult } from '../../src/engine/ports/rollout-store.ts';

/** What a tick leaves behind in which nothing was seen, decided or asked for, with `change`. */
export function quietTick(claim: Claim, change: Partial<TickResult> = {}): TickResult {
  return {
    rollout: claim.rollout,
    dueAt: null,
    judge: null,
    figures: null,
    trace: null,
    judgedEvidence: [],
    decision: null,
    effects: [],
    traceparent: null,
    answers: [],
    ...change,
  };
}
