import { CrossfadeError } from '../errors.ts';
import type { Phase } from './phase.ts';

/** What a decision does. `hold` and `extend` change nothing but are recorded, so that waiting has a reason. */
export const actions = [
  'start',
  'advance',
  'extend',
  'hold',
  'pause',
  'resume',
  'quarantine',
  'release',
  'rollback',
  'freeze',
  'unfreeze',
  'override',
  'dismiss',
  'approve',
  'drill',
  'rebase',
  'abort',
  'supersede',
  'complete',
] as const;

export type Action = (typeof actions)[number];

/** From a phase, which actions are legal and where they lead. What is not listed cannot happen. */
export const transitions: Readonly<Record<Phase, Readonly<Partial<Record<Action, Phase>>>>> = {
  pending: {
    start: 'running',
    hold: 'pending',
    resume: 'pending',
    rebase: 'pending',
    abort: 'aborted',
    supersede: 'superseded',
  },
  running: {
    advance: 'running',
    extend: 'running',
    hold: 'running',
    resume: 'running',
    quarantine: 'running',
    release: 'running',
    override: 'running',
    dismiss: 'running',
    approve: 'running',
    drill: 'running',
    rebase: 'running',
    pause: 'paused',
    rollback: 'rolling_back',
    freeze: 'frozen',
    complete: 'completed',
  },
  paused: {
    resume: 'running',
    hold: 'paused',
    rollback: 'rolling_back',
    freeze: 'frozen',
    quarantine: 'paused',
    override: 'paused',
    dismiss: 'paused',
    drill: 'paused',
    rebase: 'paused',
  },
  rolling_back: {
    hold: 'rolling_back',
    rollback: 'rolled_back',
    abort: 'aborted',
    freeze: 'frozen',
  },
  frozen: { unfreeze: 'paused', rollback: 'rolling_back', dismiss: 'frozen' },
  completed: {},
  rolled_back: {},
  aborted: {},
  superseded: {},
};

/** The phase that `action` leads to. Throws `internal` for a transition the table does not know. */
export function nextPhase(from: Phase, action: Action): Phase {
  const to = transitions[from][action];
  if (to === undefined) {
    throw new CrossfadeError('internal', `no transition: ${action} from phase ${from}`);
  }
  return to;
}
