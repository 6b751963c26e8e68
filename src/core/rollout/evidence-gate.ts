import type { Measurement } from '../judge/measurement.ts';
import { joinVerdicts } from '../judge/verdict.ts';
import type { CountStep, RingStep, ShadowStep, ShareStep } from '../policy/step.ts';
import type { Context } from './context.ts';
import { type Gate, harm, hold, passed, stuck, waiting } from './gate.ts';
import { currentStep } from './current-step.ts';
import { actionOf } from './harm.ts';
import { overrideOf } from './override.ts';
import { heldUnits } from './quarantine.ts';
import type { StepProgress } from './rollout.ts';
import { unsettled } from './settle.ts';

type BakedStep = ShadowStep | RingStep | CountStep | ShareStep;

/** Evidence made before a route arrived is not of this step; so long the first may take. Milliseconds. */
const firstEvidenceMs = 4_000;

/**
 * The gate of a step that is judged by evidence: the route has arrived, every guard passes at the
 * strength the step requires, and the bake is over. Doubt holds; it never promotes.
 */
export function evidenceGate(context: Context, step: BakedStep): Gate {
  const { rollout, now } = context;
  const missing = unsettled(context);
  const { settledAt } = rollout.step;
  if (settledAt === null) return missing ?? waiting('the route has just arrived');
  // Silence of every instance is above all silence of the evidence, so the judge is heard first.
  const since = bakesSince(rollout.step, settledAt);
  const judged = judgedGate(context, now - since);
  if (judged !== null) return judged.kind === 'waiting' ? patient(context, step, judged) : judged;
  if (missing !== null) return missing;
  const remaining = since + step.bakeMs - now;
  if (remaining > 0) return waiting(`bake: ${Math.ceil(remaining / 1000)} s left`);
  return passed(reasonToPass(context));
}

/** Since when all that the step is judged by has been watched. Epoch milliseconds. */
export function bakesSince({ judgedAnewAt = 0 }: StepProgress, from: number): number {
  return Math.max(from, judgedAnewAt);
}

/**
 * The gate of a step of a rollout that routes nobody: whatever the step itself waits for, it is left
 * only while every guard passes. Doubt about the target does not promote either.
 */
export function guardedGate(context: Context, gate: Gate): Gate {
  if (gate.kind !== 'passed') return gate;
  const { step } = context.rollout;
  const since = bakesSince(step, step.settledAt ?? step.enteredAt);
  return judgedGate(context, context.now - since) ?? gate;
}

/** What the guards object, or null when all of them pass. */
function judgedGate(context: Context, settledForMs: number): Gate | null {
  const guards = context.observations.measurements.filter(
    (measurement) => !isOverridden(context, measurement) && !isShownOnly(context, measurement),
  );
  const verdict = joinVerdicts(guards.map((measurement) => measurement.verdict));
  const reason = reasonsOf(guards, verdict);
  switch (verdict) {
    case 'fail':
      return guards.every((one) => one.verdict !== 'fail' || isOnItsWay(context, one))
        ? waiting(`units go back to the old side: ${reason}`)
        : hold('guard', reason);
    case 'providerError':
      return hold('providerError', reason);
    case 'noData':
      return noData(context, reason, settledForMs);
    case 'inconclusive':
      return waiting(reason);
    case 'pass':
      return null;
  }
}

function isShownOnly(context: Context, { verdict, guard }: Measurement): boolean {
  return verdict === 'fail' && actionOf(context, guard) === 'notify';
}

/** A person sets aside what is in the way; what contract stands on must be proven all the same. */
function isOverridden(context: Context, { guard }: Measurement): boolean {
  const step = currentStep(context);
  const mustProve = 'require' in step && step.require === 'proven';
  return !mustProve && overrideOf(context, guard) !== undefined;
}

/** A failure that has been acted on: the judge takes in with its next evidence who was sent back. */
function isOnItsWay({ rollout }: Context, { badUnits = [] }: Measurement): boolean {
  const known = heldUnits(rollout);
  return badUnits.length > 0 && badUnits.every((unit) => known.includes(unit));
}

function noData(context: Context, reason: string, settledForMs: number): Gate {
  if (settledForMs < firstEvidenceMs) return waiting(`first evidence of this step: ${reason}`);
  if (context.policy.onNoData === 'rollback') return harm(`no data: ${reason}`);
  return hold('noData', `noData: ${reason}`);
}

/** A step that waited longer than its patience is paused for a person. */
function patient(context: Context, step: BakedStep, gate: Gate): Gate {
  const entered = context.rollout.step;
  const waitedMs = context.now - bakesSince(entered, entered.enteredAt);
  if (waitedMs <= step.patienceMs) return gate;
  return stuck(`patience of ${Math.round(step.patienceMs / 1000)} s is over: ${gate.reason}`);
}

function reasonsOf(guards: readonly Measurement[], verdict: string): string {
  return guards
    .filter((measurement) => measurement.verdict === verdict)
    .map((measurement) => `${measurement.guard}: ${measurement.reason}`)
    .join('; ');
}

function reasonToPass(context: Context): string {
  const words = context.observations.measurements.map(
    (measurement) => `${measurement.guard}: ${measurement.reason}`,
  );
  return words.length === 0 ? 'bake is over' : words.join('; ');
}
