import type { ErrorCode } from '../core/errors.ts';
import type { RolloutView } from '../core/protocol/rollout-view.ts';

/** What the shell is told; scripts branch on these. */
export const exitStatus = {
  ok: 0,
  error: 1,
  invalid: 2,
  rolledBack: 3,
  stopped: 4,
  timeout: 5,
  conflict: 6,
  notAllowed: 7,
} as const;

const byCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalidInput: exitStatus.invalid,
  unsupported: exitStatus.invalid,
  conflict: exitStatus.conflict,
  staleFence: exitStatus.conflict,
  unauthenticated: exitStatus.notAllowed,
  forbidden: exitStatus.notAllowed,
};

export function statusOfError(code: ErrorCode): number {
  return byCode[code] ?? exitStatus.error;
}

/** How a rollout stands: 0 while nothing is wrong, 3 when it goes or went back, 4 when it waits. */
export function statusOfRollout({ phase, hold }: Pick<RolloutView, 'phase' | 'hold'>): number {
  if (phase === 'rolled_back' || phase === 'rolling_back' || phase === 'aborted') {
    return exitStatus.rolledBack;
  }
  if (phase === 'paused' || phase === 'frozen') return exitStatus.stopped;
  return phase === 'running' && hold !== null ? exitStatus.stopped : exitStatus.ok;
}
