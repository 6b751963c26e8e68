import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { needsPerson } from '../../core/rollout/hold-code.ts';
import type { Phase } from '../../core/rollout/phase.ts';
import { safe, span } from './words.ts';

const words: Readonly<Record<Phase, string>> = {
  pending: 'PENDING',
  running: 'RUNNING',
  paused: 'PAUSED',
  rolling_back: 'ROLLING BACK',
  frozen: 'FROZEN',
  completed: 'COMPLETED',
  rolled_back: 'ROLLED BACK',
  aborted: 'ABORTED',
  superseded: 'SUPERSEDED',
};

/** `RUNNING`, or `HOLD 14m` while the machine waits. */
export function stateWords({ phase, hold, stop, now }: RolloutView): string {
  if (phase === 'running' && hold !== null) return `HOLD ${span(now - hold.since)}`;
  if (phase === 'pending' && hold !== null) return `QUEUED ${span(now - hold.since)}`;
  if (phase === 'paused' && stop !== null) return `PAUSED ${span(now - stop.at)}`;
  return words[phase];
}

/** Whether a person should look at it first. */
export function needsAttention({ phase, hold }: RolloutView): boolean {
  if (phase === 'running') return hold !== null;
  if (phase === 'pending') return hold !== null && needsPerson(hold.code);
  return phase === 'paused' || phase === 'rolling_back' || phase === 'frozen';
}

/** `share 10%`, or nothing after the last step. */
export function stepWords({ steps, stepIndex }: RolloutView): string {
  return steps[stepIndex]?.name ?? '';
}

/** Why it stands as it does, in the words of whoever decided. */
export function reasonWords(view: RolloutView): string {
  const { phase, stop, rollback } = view;
  if (rollback !== null && phase !== 'running') return safe(rollback.cause);
  if ((phase === 'paused' || phase === 'frozen') && stop !== null) return safe(stop.reason);
  return phase === 'running' || phase === 'pending' ? safe(waitWords(view)) : '';
}

/** What a queue waits for changes while it waits: it is read anew. */
function waitWords({ phase, hold, waitingFor }: RolloutView): string {
  const [first, second] =
    phase === 'pending' ? [waitingFor, hold?.reason] : [hold?.reason, waitingFor];
  return first ?? second ?? '';
}
