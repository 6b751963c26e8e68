import { holdClass, needsPerson } from '../rollout/hold-code.ts';
import { machine } from '../rollout/move.ts';
import type { Phase } from '../rollout/phase.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { stormHold } from '../storm/storm-view.ts';
import { windowHold } from '../rollout/window-gate.ts';
import { exposureOf } from '../rollout/wanted-route.ts';

/** How soon a person should look: is woken, or finds it in the morning. */
export type Attention = 'page' | 'ticket';

/** Below this share what went wrong harms few, and can wait until the morning. Percent. */
const pageFromShare = 10;

const approval = 'approval';

/** Where a rollout stands, as far as it says whether somebody must look. */
export type Standing = Pick<Rollout, 'phase' | 'hold' | 'stop' | 'route' | 'returnNear'>;

/** What somebody should look at: why, in a word of a bounded set, and how soon. */
export interface Concern {
  readonly reason: string;
  readonly attention: Attention;
}

/** A page while many are exposed, a ticket while few are. */
export function byExposure({ route }: Pick<Rollout, 'route'>): Attention {
  return exposureOf(route.spec) >= pageFromShare ? 'page' : 'ticket';
}

/** How soon the hold wants its person. Who is asked for an approval has nothing to mend, so it wakes nobody. */
export function attentionTo(code: string, standing: Pick<Rollout, 'route'>): Attention {
  return holdClass(code) === approval ? 'ticket' : byExposure(standing);
}

const nothing = (): null => null;

const concerns: Readonly<Record<Phase, (standing: Standing) => Concern | null>> = {
  frozen: () => ({ reason: 'frozen', attention: 'page' }),
  paused: (standing) => {
    const attention = standing.stop?.by === machine ? byExposure(standing) : 'ticket';
    return { reason: 'paused', attention };
  },
  rolling_back: ({ hold }) =>
    hold === null ? null : { reason: holdClass(hold.code), attention: 'page' },
  running: (standing) => {
    const { hold, returnNear } = standing;
    if (hold === null || hold.code === windowHold) {
      return returnNear === undefined ? null : { reason: 'noReturn', attention: 'ticket' };
    }
    if (hold.code === stormHold) return { reason: stormHold, attention: 'page' };
    const attention = needsPerson(hold.code) ? attentionTo(hold.code, standing) : 'ticket';
    return { reason: holdClass(hold.code), attention };
  },
  pending: ({ hold }) =>
    hold === null || !needsPerson(hold.code) ? null : { reason: hold.code, attention: 'ticket' },
  completed: nothing,
  rolled_back: nothing,
  aborted: nothing,
  superseded: nothing,
};

/**
 * Why somebody should look at a rollout, or null. A rollback that does not arrive and whatever is frozen cannot
 * wait, however few are exposed. Who paused it himself knows of it, and must not forget it.
 */
export function concernOf(standing: Standing): Concern | null {
  return concerns[standing.phase](standing);
}
