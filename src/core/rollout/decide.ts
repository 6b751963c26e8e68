import { nearReturnEffects, notifyEffects, overdueEffects } from '../notify/notify-effects.ts';
import type { Policy } from '../policy/policy.ts';
import { stepName } from '../policy/step.ts';
import { alertMove } from './alert-moves.ts';
import { type CommandAnswer, mostUrgent, weigh } from './command-moves.ts';
import { concerning, type Context } from './context.ts';
import { type Decision, decideVersion } from './decision.ts';
import { drillMove } from './drill-moves.ts';
import type { Effect } from './effect.ts';
import { effectsFor } from './effects-for.ts';
import { machine, type Move } from './move.ts';
import { noReturnMove } from './no-return.ts';
import { noteProgress } from './progress.ts';
import { harmMove } from './quarantine-moves.ts';
import { isQueued, queueMove, waitedWords } from './queue.ts';
import { rollingBackMove } from './rollback-moves.ts';
import type { Rollout } from './rollout.ts';
import { overrideMove, runningMove } from './running-moves.ts';
import { currentStep } from './current-step.ts';
import { enterStep } from './step-moves.ts';
import { throughStorm } from '../storm/storm.ts';
import { noteWish } from '../storm/wish.ts';
import { nextPhase } from './transitions.ts';

/** What a tick comes to: the rollout as it now is, at most one decision, and what should be so. */
export interface Outcome {
  readonly rollout: Rollout;
  /** The revision that it goes by from now on. */
  readonly policy: Policy;
  readonly decision: Decision | null;
  readonly effects: readonly Effect[];
  readonly answers: readonly CommandAnswer[];
}

/**
 * The whole state machine: total, synchronous, without time or chance of its own.
 * Order of precedence: a person's command, a person's hand on the flag, an alert, harm, the ordinary course.
 */
export function decide(world: Context): Outcome {
  const context = concerning(world);
  const progressed: Context = { ...context, rollout: noteProgress(context) };
  const noted: Context = { ...progressed, rollout: noteWish(progressed) };
  const asked = fromCommand(noted);
  const move = asked.move ?? ownMove(noted);
  const rollout = move === null ? noted.rollout : apply(noted.rollout, move);
  const policy = move?.onto ?? noted.policy;
  const after: Context = { ...noted, policy, rollout };
  const decision = move === null ? null : record(after, move, noted.rollout.phase);
  return {
    rollout,
    policy,
    decision,
    effects: [...effectsFor(after), ...messages(after, noted.rollout, decision)],
    answers: asked.answers,
  };
}

/** What people are told. It is never unsaid: see `isLasting`. */
function messages(
  { policy, rollout: after, now }: Context,
  before: Rollout,
  decision: Decision | null,
): readonly Effect[] {
  if (decision === null) {
    return [...overdueEffects(policy, after, now), ...nearReturnEffects(policy, after)];
  }
  return notifyEffects({ policy, before, after, decision });
}

/** At most one command a tick: the next one meets the state that this one leaves. */
function fromCommand(context: Context): { move: Move | null; answers: readonly CommandAnswer[] } {
  const command = mostUrgent(context.observations.commands);
  if (command === undefined) return { move: null, answers: [] };
  const weighed = weigh(context, command);
  if ('refused' in weighed) {
    const answer = { command: command.id, accepted: false, reason: weighed.refused };
    return { move: null, answers: [answer] };
  }
  const answer = { command: command.id, accepted: true, reason: weighed.move.reason };
  return { move: weighed.move, answers: [answer] };
}

function ownMove(context: Context): Move | null {
  const { rollout } = context;
  switch (rollout.phase) {
    case 'pending':
      return beginMove(context);
    case 'running':
      return ownCourse(context);
    case 'paused':
      return noReturnMove(context) ?? throughStorm(context, retreat(context) ?? drillMove(context));
    case 'rolling_back':
      return rollingBackMove(context);
    case 'frozen':
    case 'completed':
    case 'rolled_back':
    case 'aborted':
    case 'superseded':
      return null;
  }
}

function ownCourse(context: Context): Move | null {
  return (
    overrideMove(context) ??
    noReturnMove(context) ??
    throughStorm(context, retreat(context) ?? runningMove(context))
  );
}

/** Back, because somebody outside says so or because the evidence does. */
function retreat(context: Context): Move | null {
  return alertMove(context) ?? harmMove(context);
}

function beginMove(context: Context): Move | null {
  return isQueued(context) ? queueMove(context) : startMove(context);
}

function startMove(context: Context): Move {
  const first = stepName(currentStep(context));
  return {
    action: 'start',
    by: machine,
    reason: `${waitedWords(context)}attempt ${context.rollout.attempt} begins with ${first}`,
    patch: { step: enterStep(0, context.now), hold: null },
  };
}

function apply(rollout: Rollout, move: Move): Rollout {
  return { ...rollout, ...move.patch, phase: nextPhase(rollout.phase, move.action) };
}

/** @param from the phase that it was in before */
function record(context: Context, move: Move, from: Rollout['phase']): Decision {
  return {
    action: move.action,
    from,
    to: context.rollout.phase,
    step: stepName(currentStep(context)),
    reason: move.reason,
    by: move.by,
    at: context.now,
    measurements: context.observations.measurements,
    version: decideVersion,
    ...(move.alert === undefined ? {} : { alert: move.alert }),
  };
}
