import { everyServiceRuns } from './arrival.ts';
import { isOfRamp, stepName } from '../policy/step.ts';
import type { Context } from './context.ts';
import { currentStep } from './current-step.ts';
import { drillUnderWay, drillWords, isDrillRequired, isOfThisStay } from './drill.ts';
import { machine, type Move } from './move.ts';
import type { Command } from './observations.ts';
import { isObjectedTo } from './quarantine-moves.ts';
import { heldUnits } from './quarantine.ts';
import type { Drill } from './rollout.ts';
import { unsettled } from './settle.ts';
import { standingGate } from './standing-gate.ts';
import { endGate, entryGate } from './step-gate.ts';
import { drilledRoute, drillRoute, nextWanted } from './wanted-route.ts';
import { because, type Weighed } from './weighed.ts';

/** A unit that has not arrived after so long goes back all the same, and the drill has failed. Milliseconds. */
const patienceMs = 30_000;

/** Moves one unit to the new side and back by the very path of a rollback: flag, outbox, acknowledgement. */
export function weighDrill(context: Context, command: Command): Weighed {
  const { rollout } = context;
  const step = currentStep(context);
  if (rollout.phase !== 'running' || step.kind !== 'shadow') {
    const where = rollout.phase === 'running' ? `at ${stepName(step)}` : rollout.phase;
    return { refused: `a drill is held at shadow, with nobody on the new side; this is ${where}` };
  }
  const unit = command.unit ?? step.drill?.unit;
  if (unit === undefined) return { refused: 'a drill moves one unit: name it by --unit' };
  const refused = obstacleTo(context, unit);
  if (refused !== null) return { refused };
  const reason = because(command, 'asked for');
  return { move: beginMove(context, unit, { by: command.by, reason }) };
}

/** Why the unit cannot be moved now; null when it can. It is an exposure, and asks for what the first one asks for (I1). */
function obstacleTo(context: Context, unit: string): string | null {
  const { rollout, policy } = context;
  if (drillUnderWay(rollout) !== null) return 'a drill is under way';
  const kept = [...rollout.route.spec.pinned, ...heldUnits(rollout)];
  const stays = unitsWith(context, unit).find((one) => kept.includes(one));
  if (stays !== undefined) return `${stays} is kept on the old side, and would not move`;
  if (rollout.step.settledAt === null) return 'the step has not arrived everywhere yet';
  const first = policy.steps.slice(rollout.step.index).find(isOfRamp);
  if (first === undefined) return 'the plan moves nobody to the new side';
  const gate = standingGate(context) ?? unsettled(context) ?? entryGate(context, first);
  if (gate !== null) return gate.reason;
  return isObjectedTo(context) ? 'a guard objects, or sees nothing' : null;
}

/** The drill that a step requires begins by itself, once nothing else keeps the step. */
export function dueDrillMove(context: Context): Move | null {
  const { drill } = context.rollout;
  const step = currentStep(context);
  if (step.kind !== 'shadow' || step.drill === undefined || !isDrillRequired(context)) return null;
  // One that has failed is repeated by a person, who has looked why.
  const hasFailed = drill?.failed !== undefined && isOfThisStay(context, drill);
  const { unit } = step.drill;
  if (hasFailed || endGate(context).kind !== 'passed' || obstacleTo(context, unit) !== null) {
    return null;
  }
  return beginMove(context, unit, { by: machine, reason: 'the policy requires it' });
}

function beginMove(context: Context, unit: string, asked: { by: string; reason: string }): Move {
  const { rollout, now } = context;
  const { by, reason } = asked;
  const moved = { thereAt: null, returnedAt: null, backAt: null };
  const spec = drillRoute(rollout.route.spec, unitsWith(context, unit));
  return {
    action: 'drill',
    by,
    reason: `fire drill: ${unit} goes to the new side: ${reason}`,
    patch: {
      drill: { unit, by, startedAt: now, ...moved },
      route: nextWanted(rollout.route, spec),
      hold: null,
      firstExposureAt: rollout.firstExposureAt ?? now,
    },
  };
}

/** The next leg of a drill under way, or its end; also while paused, since it only steps down. */
export function drillMove(context: Context): Move | null {
  const { rollout, now } = context;
  const drill = drillUnderWay(rollout);
  if (drill === null) return null;
  const isHere = unsettled(context) === null;
  if (drill.returnedAt !== null) return isHere ? endMove(context, drill) : null;
  if (rollout.phase === 'paused') return returnMove(context, drill, 'it was cut short by a pause');
  if (isHere) return returnMove(context, { ...drill, thereAt: now });
  if (now - drill.startedAt <= patienceMs) return null;
  const late = `${drill.unit} was not on the new side after ${patienceMs / 1000} s`;
  return returnMove(context, drill, `${late}${missing(context)}`);
}

function returnMove(context: Context, drill: Drill, failed?: string): Move {
  const { rollout, now } = context;
  const outcome = failed === undefined ? {} : { failed };
  return {
    action: 'drill',
    by: machine,
    reason: `fire drill: ${failed ?? drillWords(drill)}; it goes back`,
    patch: {
      drill: { ...drill, returnedAt: now, ...outcome },
      route: nextWanted(rollout.route, drilledRoute(rollout.route.spec)),
    },
  };
}

function endMove({ now }: Context, before: Drill): Move {
  const drill = { ...before, backAt: now };
  const outcome = drill.failed === undefined ? 'passed' : `failed: ${drill.failed}`;
  const reason = `fire drill ${outcome}; ${drillWords(drill)}`;
  return { action: 'drill', by: machine, reason, patch: { drill } };
}

/** A unit moves with those that belong to it. */
function unitsWith({ policy }: Context, unit: string): readonly string[] {
  return policy.groups?.find((members) => members.includes(unit)) ?? [unit];
}

function missing({ observations, policy, now }: Context): string {
  const revision = observations.flag?.route.revision ?? 0;
  const { waiting } = everyServiceRuns(observations.instances, policy.services, revision, now);
  return waiting.length === 0 ? '' : `: ${waiting.join(', ')}`;
}
