import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import type { Verb } from '../../core/rollout/observations.ts';
import { isTerminal, type Phase } from '../../core/rollout/phase.ts';

/** What is worth naming in a phase, what moves it on first; all else stands in the help. */
const named: Readonly<Partial<Record<Phase, readonly Verb[]>>> = {
  pending: ['resume', 'abort'],
  running: ['complete', 'approve', 'rollback', 'pause'],
  paused: ['resume', 'rollback'],
  frozen: ['unfreeze', 'rollback'],
};

/** What a person can do by now, as verbs to type: nothing that would be refused. */
export function choices(view: RolloutView): string {
  const { phase, policy, can = [] } = view;
  if (phase === 'rolled_back') return `why | retry ${policy}`;
  if (phase === 'completed') return `why | cleanup ${policy}`;
  if (isTerminal(phase)) return `why | start ${policy} (a new attempt)`;
  const verbs = (named[phase] ?? []).filter((verb) => can.includes(verb) && isDue(view, verb));
  return [...verbs.map((verb) => words(verb, policy)), 'why'].join(' | ');
}

/** An approval can be given before it is asked for; nobody is told to. */
function isDue({ approval }: RolloutView, verb: Verb): boolean {
  return verb !== 'approve' || approval?.isAsked === true;
}

function words(verb: Verb, policy: string): string {
  if (verb === 'complete') return `complete ${policy} --confirm ${policy}`;
  return verb === 'approve' ? `approve ${policy}` : verb;
}
