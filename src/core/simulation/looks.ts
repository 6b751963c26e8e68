/** How long a tick of a simulated rollout lasts, in seconds. */
export type Pace = (since: Since) => number;

/** Seconds that have passed when a tick begins. */
export interface Since {
  /** Since somebody was last moved: the step was entered, or a unit sent back or released. */
  readonly moved: number;
  /** Since harm can show: since the first unit was exposed or, before that, since reads are compared. */
  readonly shown: number;
}

/**
 * What the judge remembers counts half after ten minutes at the latest: in a longer tick it would take
 * for one moment what it tells apart.
 */
const longest = 600;

/** A minute is the shortest time in which the judge counts whether a unit was well. */
const minute = 60;

/**
 * Fine at first, since harm that is large is found at once; then coarser, so that a day of waiting costs
 * some 150 looks in place of 1,440. What is found is late by a fifth of its time in the first ten minutes and
 * by a tenth after that; and where more units have just been moved, by half of the time since then.
 *
 * A look less never raises the chance of a false alarm: evidence at any choice of looks is an e-process,
 * which Ville's inequality bounds at all of them together. What it costs is time: what would have been
 * found between two looks is found at the second, and what falls back in between is not found at all.
 */
export const usualPace: Pace = ({ moved, shown }) =>
  Math.round(Math.min(1 + moved / 2, 1 + shown / 5, Math.max(minute, shown / 10), longest));

/** A step as it is looked at: moments of the rollout, in seconds. */
export interface LookedAt {
  readonly entered: number;
  readonly movedAt: number;
  readonly shownAt: number;
  readonly bake: number;
  readonly patience: number;
}

/** The next look after the one at `now`; null once the patience is over. A step is looked at when its bake ends. */
export function nextLook(
  { entered, movedAt, shownAt, bake, patience }: LookedAt,
  now: number,
  pace: Pace,
): number | null {
  const [baked, over] = [entered + bake, entered + Math.max(bake, patience)];
  if (now >= over) return null;
  const seconds = pace({ moved: now - movedAt, shown: now - shownAt });
  return Math.min(now + seconds, now < baked ? baked : over);
}
