import type { BorderView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import { safe, span } from './words.ts';

/** `border     meters.reading is at 1900000000 of 2147483647, past it in 12 d 4 h at this pace: NEAR`. */
export function borderRows({ borders = [], phase, now }: RolloutView): string[][] {
  if (isTerminal(phase) || phase === 'rolling_back') return [];
  return borders.map((border) => ['border', borderWords(border, now)]);
}

function borderWords(border: BorderView, now: number): string {
  const { place, value, bound, passesAt, near, unseen } = border;
  const seen = `${safe(place)} is at ${value ?? 'no value yet'} of ${bound}`;
  if (unseen !== undefined) return `${seen}; not seen: ${safe(unseen)}`;
  if (passesAt === null) return value === null ? seen : `${seen}, and comes no nearer`;
  const when = `${seen}, past it in ${span(Math.max(0, passesAt - now))} at this pace`;
  return near ? `${when}: NEAR` : when;
}
