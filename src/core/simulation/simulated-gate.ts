import type { Measurement } from '../judge/measurement.ts';
import { joinVerdicts } from '../judge/verdict.ts';
import type { FailAction } from '../policy/guard.ts';
import type { SimulatedStep } from './simulated-steps.ts';
import type { SimulationInput } from './simulation-input.ts';

/** What the measurements of one tick lead to, as `core/rollout` would have it. */
export interface SimulatedGate {
  readonly rollback: { readonly guard: string; readonly reason: string } | null;
  readonly sendBack: readonly {
    readonly unit: string;
    readonly guard: string;
    readonly reason: string;
  }[];
  readonly release: readonly string[];
  /** What keeps the rollout where it is until a person answers; null when nothing does. */
  readonly hold: string | null;
  /** Whether every guard passes. */
  readonly passed: boolean;
}

type Blame = SimulatedGate['sendBack'][number];

/** Harm moves back the units that suffer it alone, as far as the policy allows it, else everybody. */
export function gateOf(
  measured: readonly Measurement[],
  policy: SimulationInput['policy'],
  step: SimulatedStep,
  sentBack: readonly string[],
): SimulatedGate {
  const failing = measured.filter(({ verdict }) => verdict === 'fail');
  const withAction = (action: FailAction): readonly Measurement[] =>
    failing.filter((one) => actionOf(policy, one) === action);
  const objecting = measured.filter((one) => !withAction('notify').includes(one));
  const blames = blamesOf(withAction('rollback'), sentBack);
  const general = withAction('rollback').find(({ badUnits = [] }) => badUnits.length === 0);
  const tooMany = sentBack.length + blames.length > mostSentBack(policy, step);
  const rollback = general ?? (tooMany ? (blames[0] ?? null) : null);
  return {
    rollback,
    sendBack: rollback === null ? blames : [],
    release: measured.flatMap(({ releasedUnits = [] }) =>
      releasedUnits.filter((unit) => sentBack.includes(unit)),
    ),
    hold: withAction('hold')[0]?.reason ?? null,
    passed: joinVerdicts(objecting.map(({ verdict }) => verdict)) === 'pass',
  };
}

/** Each unit that is not sent back yet, once. */
function blamesOf(harmful: readonly Measurement[], sentBack: readonly string[]): readonly Blame[] {
  const blames = harmful.flatMap(({ guard, reason, badUnits = [] }) =>
    badUnits.map((unit) => ({ unit, guard, reason })),
  );
  return blames.filter(
    ({ unit }, index) =>
      !sentBack.includes(unit) && blames.findIndex((other) => other.unit === unit) === index,
  );
}

/** The guard's own word, else the policy's; what is too coarse to act on never does more than hold. */
function actionOf(policy: SimulationInput['policy'], { guard, advisory }: Measurement): FailAction {
  const action = policy.guards.find(({ name }) => name === guard)?.onFail ?? policy.onFail;
  return advisory === true && action === 'rollback' ? 'hold' : action;
}

/** In a ring a failure is the rollout's. */
function mostSentBack({ evidence }: SimulationInput['policy'], step: SimulatedStep): number {
  const { onOneBadUnit = 'rollback' } = evidence;
  if (onOneBadUnit === 'rollback' || step.chosen !== null || step.mode !== 'compared') return 0;
  return onOneBadUnit.quarantine.atMost;
}
