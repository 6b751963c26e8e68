import type { Policy } from '../policy/policy.ts';
import { type Step, stepName } from '../policy/step.ts';
import { isTerminal, type Phase } from '../rollout/phase.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { span } from '../span.ts';
import { type Obstacle, sharedWords } from './shared.ts';

/** Where such a rollout is now. */
export interface Standing {
  readonly rollout: string;
  readonly phase: Phase;
  readonly step: string;
  /** Whether its canary is still held against a baseline, or will be. */
  readonly compares: boolean;
  /** When it ends if nothing keeps it, in epoch milliseconds: bakes and soak that are left. */
  readonly endsAt: number;
}

/** A rollout with its policy, as the store knows them. */
interface Pair {
  readonly rollout: Rollout;
  readonly policy: Policy;
}

export function standingOf({ rollout, policy }: Pair, now: number): Standing {
  const step = policy.steps[rollout.step.index];
  return {
    rollout: rollout.id,
    phase: rollout.phase,
    step: step === undefined ? 'the end' : stepName(step),
    compares: policy.steps.slice(rollout.step.index).some(isCompared),
    endsAt: earliestEnd({ rollout, policy }, now),
  };
}

/** With everybody on one side there is nothing left that another rollout could confound. */
function isCompared(step: Step): boolean {
  if (step.kind === 'share') return step.percent < 100;
  return step.kind === 'shadow' || step.kind === 'ring' || step.kind === 'count';
}

function earliestEnd({ rollout, policy }: Pair, now: number): number {
  const { step, phase } = rollout;
  if (isTerminal(phase) || phase === 'rolling_back') return now;
  const [here, ...later] = policy.steps.slice(step.index).map(lasts);
  const since = step.settledAt ?? (phase === 'pending' ? now : step.enteredAt);
  const left = Math.max(0, since + (here ?? 0) - now);
  return now + later.reduce((sum, ms) => sum + ms, left);
}

function lasts(step: Step): number {
  if (step.kind === 'soak') return step.forMs;
  return 'bakeMs' in step ? step.bakeMs : 0;
}

/** Whether it still keeps another from beginning. */
export function isInTheWay({ shared }: Obstacle, standing: Standing | undefined): boolean {
  if (standing === undefined || isTerminal(standing.phase)) return false;
  return standing.compares || shared.some(({ kind }) => kind !== 'units');
}

/** `the rollout of users-locale (at share 10%, 4h at the least to its end) changes users as well`. */
export function obstacleWords(
  { policy, shared }: Pick<Obstacle, 'policy' | 'shared'>,
  standing: Standing,
  now: number,
): string {
  const where = `${phaseWords(standing)}, ${span(standing.endsAt - now)} at the least to its end`;
  return `the rollout of ${policy} (${where}) ${sharedWords(shared)}`;
}

function phaseWords({ phase, step }: Standing): string {
  if (phase === 'pending') return 'not begun';
  if (phase === 'rolling_back') return 'rolling back';
  return phase === 'running' ? `at ${step}` : `${phase} at ${step}`;
}
