import {
  type BucketLayout,
  commonLayout,
  isSameLayout,
  ownLayout,
} from '../histogram/bucket-layout.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import {
  cohortDurations,
  convertGrouped,
  type DurationsRead,
  type GroupedCounts,
  groupedTotal,
  layoutOf,
  mergeGrouped,
  noDurations,
  readDurations,
} from './grouped-durations.ts';

/** How long the old side's operations took, by ramp group; what latency thresholds come from. */
export interface Durations {
  /** What the bucket numbers mean; null before the first duration. */
  readonly layout: BucketLayout | null;
  /** Before the first exposure. */
  readonly history: GroupedCounts;
  /** In the steps just before the current one, enough of them for a p99. */
  readonly lately: GroupedCounts;
  /** In the current step. */
  readonly step: GroupedCounts;
}

export const freshDurations: Durations = {
  layout: null,
  history: noDurations,
  lately: noDurations,
  step: noDurations,
};

/** So many durations of the steps before are recent and enough; with fewer, older ones are added. */
const enoughDurations = 1_000;

/**
 * The durations in the layout that a tick can be added in. A coarser histogram makes all that is known
 * coarser; one that cannot be compared with it at all makes the judge begin anew.
 */
export function adoptLayout(durations: Durations, tick: EvidenceTick): Durations {
  const arrived = layoutOf(tick);
  if (arrived === null) return durations;
  const { layout: known } = durations;
  if (known === null) return { ...durations, layout: arrived };
  const layout = commonLayout(known, arrived);
  if (layout === null) return { ...freshDurations, layout: arrived };
  if (isSameLayout(layout, known)) return durations;
  return {
    layout,
    history: convertGrouped(durations.history, known, layout),
    lately: convertGrouped(durations.lately, known, layout),
    step: convertGrouped(durations.step, known, layout),
  };
}

/**
 * The durations when a step begins: those of the step that just ended, and as many of the steps before
 * it as are needed for a p99. What was long ago, such as the load of a backfill, says nothing about
 * how slow the old side is now.
 */
export function endStep(durations: Durations): Durations {
  const { lately, step } = durations;
  const recent = groupedTotal(step) >= enoughDurations ? step : mergeGrouped(lately, step);
  return { ...durations, lately: recent, step: noDurations };
}

/** The old side's durations that the thresholds of a step come from. */
export function thresholdDurations({ history, lately, step }: Durations): GroupedCounts {
  return groupedTotal(lately) >= enoughDurations ? lately : mergeGrouped(history, step);
}

/** The durations after a tick in which the old side had those of `old`. */
function grow(durations: Durations, old: GroupedCounts, part: 'history' | 'step'): Durations {
  return { ...durations, [part]: mergeGrouped(durations[part], old) };
}

/** A tick's durations by cohort and group. */
export type CohortDurations = ReturnType<typeof cohortDurations>;

/** A tick's durations, and what is known before and after it. */
export interface TakenDurations {
  /** What thresholds of this tick may come from. */
  readonly before: Durations;
  readonly after: Durations;
  readonly tick: CohortDurations;
  /** All of the tick's durations, row by row. */
  readonly read: DurationsRead;
  /** Of the part of the tick that belongs to the step; null without one. */
  readonly own: CohortDurations | null;
  /** Whether bucket numbers mean something else from this tick on. */
  readonly isNewLayout: boolean;
}

/**
 * Takes in the durations of a tick, of which `own` belongs to the current step. `begins`: it is the
 * first tick of a step; `isHistory`: nobody has been on the new side yet.
 */
export function takeDurations(
  durations: Durations,
  tick: EvidenceTick,
  own: EvidenceTick | null,
  { begins, isHistory }: { readonly begins: boolean; readonly isHistory: boolean },
): TakenDurations {
  const adopted = adoptLayout(durations, tick);
  const before = begins ? endStep(adopted) : adopted;
  const layout = before.layout ?? ownLayout;
  const read = readDurations(tick, layout);
  const taken = cohortDurations(read);
  const ownTaken =
    own === null ? null : own === tick ? taken : cohortDurations(readDurations(own, layout));
  const older = isHistory ? grow(before, taken.baseline, 'history') : before;
  return {
    before,
    after: ownTaken === null ? older : grow(older, ownTaken.baseline, 'step'),
    tick: taken,
    read,
    own: ownTaken,
    isNewLayout: adopted.layout !== durations.layout,
  };
}
