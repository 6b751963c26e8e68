import type { Context } from './context.ts';
import { currentStep } from './current-step.ts';
import { type Gate, hold, waiting } from './gate.ts';
import type { Drill, Rollout } from './rollout.ts';

/** The drill that moves somebody now; null when none does. */
export function drillUnderWay({ drill }: Pick<Rollout, 'drill'>): Drill | null {
  return drill === undefined || drill.backAt !== null ? null : drill;
}

/** When its unit was sent where it is going; 0 when none is under way. */
export function drillSince(rollout: Pick<Rollout, 'drill'>): number {
  const drill = drillUnderWay(rollout);
  return drill === null ? 0 : (drill.returnedAt ?? drill.startedAt);
}

export function hasPassed({ backAt, failed }: Drill): boolean {
  return backAt !== null && failed === undefined;
}

/** `acme-staging there in 0.8 s, back in 0.7 s`. */
export function drillWords({ unit, startedAt, thereAt, returnedAt, backAt }: Drill): string {
  const there = thereAt === null ? 'never there' : `there in ${seconds(thereAt - startedAt)}`;
  const isBack = backAt !== null && returnedAt !== null;
  return `${unit} ${there}${isBack ? `, back in ${seconds(backAt - returnedAt)}` : ''}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** What a drill keeps a rollout from: going on while one is under way, or before one that is required has passed. */
export function drillGate(context: Context): Gate | null {
  const { rollout, policy } = context;
  const moving = drillUnderWay(rollout);
  if (moving !== null) return waiting(`fire drill: ${drillWords(moving)}`);
  if (!isDrillRequired(context)) return null;
  const { drill } = rollout;
  const failed = drill !== undefined && isOfThisStay(context, drill) ? drill.failed : undefined;
  if (failed === undefined) return waiting('a fire drill is required, and begins');
  const again = `crossfade drill ${policy.name} repeats it`;
  return hold('drill', `the fire drill failed: ${failed}; ${again}`);
}

/** Whether the step is not to be left before a drill, and the last one is too old or has failed. */
export function isDrillRequired(context: Context): boolean {
  const { rollout, now } = context;
  const step = currentStep(context);
  if (step.kind !== 'shadow' || step.drill === undefined) return false;
  const { maxAgeMs } = step.drill;
  const { drill } = rollout;
  if (drill === undefined || !hasPassed(drill)) return true;
  if (maxAgeMs === undefined) return !isOfThisStay(context, drill);
  return now - (drill.backAt ?? 0) > maxAgeMs;
}

/** A drill of an earlier stay in the step, or of an earlier attempt, says nothing of this one. */
export function isOfThisStay({ rollout }: Pick<Context, 'rollout'>, { startedAt }: Drill): boolean {
  return startedAt >= rollout.step.enteredAt;
}
