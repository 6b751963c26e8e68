import { queueHold } from './queue.ts';
import type { Rollout } from './rollout.ts';

/** What a rollout that stands waits for, with the command for it; null when it goes on by itself, or has ended. */
export function whatLifts({ phase, policy, hold }: Pick<Rollout, 'phase' | 'policy' | 'hold'>) {
  switch (phase) {
    case 'paused':
      return `a person: crossfade resume ${policy}, or crossfade rollback ${policy}`;
    case 'frozen':
      return `a person: crossfade unfreeze ${policy}`;
    case 'rolling_back':
      return `everybody to be back: crossfade status ${policy} says who is missing`;
    case 'running':
      return hold === null ? null : 'what it holds for; then it goes on by itself';
    case 'rolled_back':
      return `a fix: crossfade retry ${policy}`;
    case 'pending':
      return hold === null ? null : whatLetsBegin(policy, hold.code);
    case 'completed':
    case 'aborted':
    case 'superseded':
      return null;
  }
}

function whatLetsBegin(policy: string, code: string): string {
  if (code === queueHold) return 'the end of those before it; then it begins by itself';
  return `a person: crossfade resume ${policy} lets it begin, crossfade abort ${policy} ends it`;
}
