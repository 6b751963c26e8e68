import type { Policy } from '../policy/policy.ts';
import type { Decision } from '../rollout/decision.ts';
import { needsPerson } from '../rollout/hold-code.ts';
import { machine } from '../rollout/move.ts';
import { blamed, mostHeld } from '../rollout/quarantine.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Action } from '../rollout/transitions.ts';
import { stormHold } from '../storm/storm-view.ts';
import { attentionTo, byExposure } from './attention.ts';
import type { Urgency } from './notice.ts';

/** A decision of the machine with the rollout on both sides of it. */
export interface Decided {
  readonly policy: Policy;
  readonly before: Rollout;
  readonly after: Rollout;
  readonly decision: Decision;
}

type Weigh = (decided: Decided) => Urgency | null;

const news: Weigh = () => 'info';

/** What the machine decides, by action: how soon somebody should look. What is not listed is news. */
const byAction: Readonly<Partial<Record<Action, Weigh>>> = {
  freeze: () => 'page',
  pause: ({ before }) => byExposure(before),
  rollback: ({ before, decision }) =>
    decision.to === 'rolling_back' ? byExposure(before) : 'info',
  quarantine: ({ before, after, policy }) =>
    blamed(after).length >= mostHeld(policy) ? byExposure(before) : 'info',
  hold: ({ before, after }) => {
    if (after.hold?.code === stormHold) return 'page';
    if (after.hold === null || !needsPerson(after.hold.code)) return null;
    return after.phase === 'rolling_back' ? 'page' : attentionTo(after.hold.code, before);
  },
  // The end of a hold is told to whom its beginning was.
  resume: ({ before }) => (before.hold !== null && needsPerson(before.hold.code) ? 'info' : null),
  extend: () => null,
};

/**
 * How soon somebody should look because of a decision; null when nobody need hear of it. Whatever a person asked
 * for is news: he is looking already. A hold that the machine lifts by itself is none; that it lasts is told
 * (see `overdueEffects`).
 */
export function urgencyOf(decided: Decided): Urgency | null {
  const { by, action } = decided.decision;
  return by === machine ? (byAction[action] ?? news)(decided) : 'info';
}
