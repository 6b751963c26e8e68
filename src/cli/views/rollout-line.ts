import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { reasonWords, stateWords, stepWords } from './state-words.ts';
import { clock, type Look } from './words.ts';

/** One line of progress, for logs; the time apart, so that a line without news can be left out. */
export function rolloutLine(view: RolloutView, look: Look): { time: string; text: string } {
  const { policy, exposure, now } = view;
  // How long a hold lasts would make every line news.
  const state = stateWords({ ...view, now: view.hold?.since ?? view.stop?.at ?? now });
  const parts = [
    policy,
    state.replace(/ 0 s$/, ''),
    stepWords(view),
    `acknowledged ${exposure.acknowledged}%`,
    reasonWords(view),
  ];
  return { time: clock(now, now, look), text: parts.filter((part) => part !== '').join('  ') };
}
