import type { FleetRow } from '../../core/protocol/fleet-page.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import type { Tone } from '../design/tone.ts';
import type { IconName } from '../design/icon.tsx';
import { span } from './time-words.ts';

/** How a state looks: never by colour alone. */
export interface State {
  readonly words: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

const states: Readonly<Record<RolloutView['phase'], State>> = {
  pending: { words: 'Pending', icon: 'clock', tone: 'quiet' },
  running: { words: 'Running', icon: 'play', tone: 'accent' },
  paused: { words: 'Paused', icon: 'pause', tone: 'warn' },
  rolling_back: { words: 'Rolling back', icon: 'back', tone: 'bad' },
  frozen: { words: 'Frozen', icon: 'freeze', tone: 'bad' },
  completed: { words: 'Completed', icon: 'check', tone: 'good' },
  rolled_back: { words: 'Rolled back', icon: 'back', tone: 'bad' },
  aborted: { words: 'Aborted', icon: 'cross', tone: 'quiet' },
  superseded: { words: 'Superseded', icon: 'cross', tone: 'quiet' },
};

type Stateful = Pick<RolloutView, 'phase' | 'hold' | 'stop' | 'now'>;

/** `Running`, `Hold 14m` while the machine waits, `Paused 2h` while a person must come. */
export function stateOf({ phase, hold, stop, now }: Stateful): State {
  if (phase === 'running' && hold !== null) {
    return { words: `Hold ${span(now - hold.since)}`, icon: 'hold', tone: 'warn' };
  }
  if (phase === 'pending' && hold !== null) {
    return { ...states.pending, words: `Queued ${span(now - hold.since)}` };
  }
  const state = states[phase];
  if (phase === 'paused' && stop !== null) {
    return { ...state, words: `Paused ${span(now - stop.at)}` };
  }
  return state;
}

/** Whether a person should look at it first: what stands still, or goes back. */
export function needsAttention({ phase, hold }: Pick<RolloutView, 'phase' | 'hold'>): boolean {
  if (phase === 'running') return hold !== null;
  return phase === 'paused' || phase === 'rolling_back' || phase === 'frozen';
}

export function isOver({ endedAt }: Pick<RolloutView, 'endedAt'>): boolean {
  return endedAt !== null;
}

/** What it waits for, or why it stands as it does, in the words of whoever decided. */
export function reasonOf(view: RolloutView): string {
  const { phase, stop, rollback } = view;
  if (rollback !== null && phase !== 'running') return rollback.cause;
  if ((phase === 'paused' || phase === 'frozen') && stop !== null) return stop.reason;
  return phase === 'running' || phase === 'pending' ? waitWords(view) : '';
}

/** What a queue waits for changes while it waits: it is read anew. */
function waitWords({ phase, hold, waitingFor }: RolloutView): string {
  const [first, second] =
    phase === 'pending' ? [waitingFor, hold?.reason] : [hold?.reason, waitingFor];
  return first ?? second ?? '';
}

/** `4/11 shadow`; nothing once it is over. */
export function rowStep({ stepName, stepIndex, steps, endedAt }: FleetRow): string {
  return endedAt === null && stepName !== '' ? `${stepIndex + 1}/${steps} ${stepName}` : '';
}

/** Why it stands as it does, in the words of whoever decided. */
export function rowReason({ phase, hold, stop, rollback, lastDecision }: FleetRow): string {
  if (rollback !== null && phase !== 'running') return rollback.cause;
  if ((phase === 'paused' || phase === 'frozen') && stop !== null) return stop.reason;
  return hold?.reason ?? lastDecision?.reason ?? '';
}
