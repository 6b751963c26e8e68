import { concernOf } from '../../core/notify/attention.ts';
import type { Fleet } from '../../engine/ports/fleet-reader.ts';

/** 1: somebody should look in the morning. 2: now. */
const levels = { ticket: 1, page: 2 } as const;

type Sample = readonly [labels: Readonly<Record<string, string>>, level: number];

/** What somebody should look at, and how soon; nothing for what goes its way. */
export function attentionSamples({ members, refusedSets }: Fleet): readonly Sample[] {
  const rollouts = members.flatMap(({ rollout }): readonly Sample[] => {
    const concern = concernOf(rollout);
    if (concern === null) return [];
    const labels = { rollout: rollout.policy, reason: concern.reason };
    return [[labels, levels[concern.attention]]];
  });
  const sets = refusedSets.map((set): Sample => [{ set, reason: 'refused' }, levels.ticket]);
  return [...rollouts, ...sets];
}
