import { covers } from '../access/role.ts';
import { checkPopulation } from '../policy/check-population.ts';
import { isCompareGuard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { isSameMeasured, named } from '../rebase/guard-changes.ts';
import {
  changeWords,
  loosenings,
  planRebase,
  type RebasePlan,
  strictest,
} from '../rebase/plan-rebase.ts';
import type { Context } from './context.ts';
import { failures } from './harm.ts';
import type { Command } from './observations.ts';
import type { Rollout, StepProgress } from './rollout.ts';
import { transitions } from './transitions.ts';
import { because, type Weighed } from './weighed.ts';
import { phaseWords } from './phase.ts';

/**
 * Moves a living rollout onto a newer revision of its policy, where only what is still to come differs. Nobody
 * changes sides by it and no gate is passed: the next tick asks them by the newer revision. What is unchanged
 * goes on as it was.
 */
export function weighRebase(context: Context, command: Command): Weighed {
  const { policy, rollout, now } = context;
  const { onto } = command;
  if (transitions[rollout.phase].rebase === undefined) {
    return { refused: `a rollout that is ${phaseWords(rollout.phase)} stays on its revision` };
  }
  if (onto === undefined) return { refused: 'no revision is named that it could move onto' };
  const refused = refusalOf(context, command, onto);
  if (refused !== null) return { refused };
  const { changes } = planRebase(policy, onto, rollout);
  const isMeasured = (guard: string): boolean =>
    isSameMeasured(named(policy.guards, guard), named(onto.guards, guard));
  const words = changes.length === 0 ? 'nothing that it goes by differs' : changeWords(changes);
  const said = because(command, 'rebase asked for');
  return {
    move: {
      action: 'rebase',
      by: command.by,
      reason: `${said}: from revision ${policy.revision} onto ${onto.revision}; ${words}`,
      patch: {
        policyRevision: onto.revision,
        rebased: { from: policy.revision, by: command.by, at: now },
        step: stepAfter(rollout, onto, { isMeasured, now }),
        ...setAside(rollout, isMeasured),
      },
      onto,
    },
  };
}

/** Why the rollout cannot move onto that revision as it stands; null when it can. */
function refusalOf(context: Context, command: Command, onto: Policy): string | null {
  const { policy, rollout } = context;
  if (onto.name !== policy.name) return `${onto.revision} is a revision of ${onto.name}`;
  if (onto.revision === policy.revision) return `it runs by revision ${policy.revision} already`;
  if (command.from !== undefined && command.from !== policy.revision) {
    return `it runs by revision ${policy.revision} by now, not by ${command.from}; look again`;
  }
  const { confirmedBy, step } = rollout;
  if (confirmedBy !== null || step.gatePassedAt !== null) {
    return 'contract is confirmed: nothing is still to come';
  }
  const plan = planRebase(policy, onto, rollout);
  if (plan.immovable.length > 0) {
    return `what runs cannot take this over: ${changeWords(plan.immovable)}`;
  }
  const looser = loosenings(plan);
  if (looser.length > 0 && command.confirm !== true) {
    return `less would stand in the way of harm, which is to be confirmed: ${changeWords(looser)}`;
  }
  return unentitled(plan, command) ?? harmOf(context, onto) ?? unreachable(context, onto);
}

function unentitled(plan: RebasePlan, { role }: Command): string | null {
  const gate = strictest(plan);
  if (gate === null || (role !== undefined && covers(role, gate.role))) return null;
  return `whoever takes away a gate must be one who could open it, ${gate.role}: ${gate.words}`;
}

/** A rollback that is due is not talked away by another guard. */
function harmOf(context: Context, onto: Policy): string | null {
  const { policy } = context;
  const due = failures(context).find(({ action, measurement: { guard } }) => {
    const before = named(policy.guards, guard);
    return action === 'rollback' && !isSameMeasured(before, named(onto.guards, guard));
  });
  if (due === undefined) return null;
  const { guard, reason } = due.measurement;
  return `${guard} fails and is to roll back, whatever a newer revision says: ${reason}`;
}

/** Steps to come that can never be met with as many units as there are. */
function unreachable({ rollout, observations }: Context, onto: Policy): string | null {
  if (rollout.firstExposureAt === null) return null;
  const short = checkPopulation(onto, observations.history.units).find(
    ({ path: [head, index] }) => head === 'guards' || Number(index) > rollout.step.index,
  );
  return short === undefined ? null : `can never be met: ${short.message}`;
}

interface Kept {
  readonly isMeasured: (guard: string) => boolean;
  readonly now: number;
}

/** Where a comparison begins anew the step bakes anew, that it be seen for as long as the others were. */
function stepAfter({ step }: Rollout, onto: Policy, { isMeasured, now }: Kept): StepProgress {
  const isSame = onto.guards.filter(isCompareGuard).every(({ name }) => isMeasured(name));
  return isSame ? step : { ...step, extended: false, judgedAnewAt: now };
}

/** What a person said of a guard was said of it as it was. */
function setAside(
  { overrides = [], answeredHarm = [] }: Rollout,
  isMeasured: (guard: string) => boolean,
): Pick<Rollout, 'overrides' | 'answeredHarm'> {
  const answered = answeredHarm.filter(({ measurement }) => isMeasured(measurement.guard));
  const standing = overrides.filter(({ guard }) => isMeasured(guard));
  return {
    ...(overrides.length === 0 ? {} : { overrides: standing }),
    ...(answeredHarm.length === 0 ? {} : { answeredHarm: answered }),
  };
}
