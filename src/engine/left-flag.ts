import type { LeftOver } from '../core/protocol/cleanup-view.ts';
import type { RolloutView } from '../core/protocol/rollout-view.ts';

/** The flag that a rollout leaves, and what it still tells code that asks. */
export function leftFlag({
  flag,
  phase,
}: Pick<RolloutView, 'flag' | 'phase'>): readonly Pick<LeftOver, 'kind' | 'name' | 'words'>[] {
  if (flag === null) return [];
  const { name, revision, changedBy, changedAt } = flag;
  const side = phase === 'completed' ? 'new' : 'old';
  const words =
    `revision ${revision}, changed by ${changedBy} ${iso(changedAt)}; code that still asks learns from it ` +
    `to stay on the ${side} side: delete it where it stands when none does`;
  return [{ kind: 'flag', name, words }];
}

/** To the second, in UTC. */
export const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
