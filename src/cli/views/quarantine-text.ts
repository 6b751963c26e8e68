import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import type { Quarantined } from '../../core/rollout/rollout.ts';
import { clock, safe, span, type Look } from './words.ts';

/** A row for each unit that was sent back alone: by which guard, since when, what is known of it. */
export function quarantineRows(
  { quarantined, now }: Pick<RolloutView, 'quarantined' | 'now'>,
  look: Look,
): string[][] {
  return quarantined.map((one) => {
    const { unit, guard, at, reason } = one;
    const since = clock(at, now, look);
    return [
      'quarantine',
      `${safe(unit)}  ${standing(one, since)}  (${safe(guard)}: ${safe(reason)})`,
    ];
  });
}

function standing(one: Quarantined, since: string): string {
  const { at, arrivedAt, probe } = one;
  if (probe === 'released') {
    const why =
      one.with === undefined ? ': it failed on the old side too' : ` with ${safe(one.with)}`;
    return `sent back at ${since}, released${why}`;
  }
  if (arrivedAt === null) return `on its way to the old side since ${since}`;
  const arrived = `old side since ${since}, arrived after ${span(arrivedAt - at)}`;
  if (one.with !== undefined) return `${arrived}, with ${safe(one.with)}`;
  return probe === 'confirmed'
    ? `${arrived}, confirmed: it fails no more there`
    : `${arrived}, watched: does it fail there too?`;
}
