import type { EvidenceTick } from '../evidence-tick.ts';
import { exposureOf, indexOf, type UnitTable } from './unit-table.ts';

/**
 * What a quarantined unit did on the old side, where it should be well if the migration was to blame:
 * `confirmed` when it is, `environment` when its failures followed it there.
 */
export type ProbeResult = 'probing' | 'confirmed' | 'environment';

/** A unit that was sent back alone, and what it has done on the old side since then. */
export interface Quarantined {
  readonly unit: string;
  /** Epoch milliseconds of the newest evidence when it was sent back. */
  readonly at: number;
  /** Requests and failures on the new side before that, lately. */
  readonly newRequests: number;
  readonly newFailed: number;
  /** The same on the old side since then, and the failures that would be usual for it. */
  readonly oldRequests: number;
  readonly oldFailed: number;
  readonly oldUsual: number;
  /** Seconds of ticks in which it made requests on the old side. */
  readonly seconds: number;
}

/** So long the old side is watched before the probe says anything. */
const probeSeconds = 120;

/** Fewer failures than this, had they gone on, might not have shown. */
const fewestToGoOn = 5;

/**
 * The flip-back probe. After two minutes of traffic, and once five failures would have shown if they
 * had gone on: is what the unit does on the old side likelier if it fails there as it did on the new
 * side, or if it fails as usual? By the ratio of two Poisson likelihoods; half a failure is added to
 * what is usual, so that one failure of a unit that never fails is no proof.
 */
export function probeResult(unit: Quarantined): ProbeResult {
  const { newRequests, newFailed, oldRequests, oldFailed, oldUsual, seconds } = unit;
  const goingOn = newRequests === 0 ? 0 : (newFailed / newRequests) * oldRequests;
  if (seconds < probeSeconds || goingOn < fewestToGoOn) return 'probing';
  const usual = oldUsual + 0.5;
  if (goingOn <= usual) return 'environment';
  return oldFailed * Math.log(goingOn / usual) > goingOn - usual ? 'environment' : 'confirmed';
}

/** A unit as it is sent back, with what it lately did on the new side. */
export function sendBack(unit: string, units: UnitTable, at: number): Quarantined {
  const row = indexOf(units.names).get(unit) ?? -1;
  return {
    unit,
    at,
    newRequests: units.recentRequests[row] ?? 0,
    newFailed: units.recentFailed[row] ?? 0,
    oldRequests: 0,
    oldFailed: 0,
    oldUsual: 0,
    seconds: 0,
  };
}

/** The quarantined units after a tick; `oldRate` is the old cohort's, in votes per exposure. */
export function probe(
  quarantined: readonly Quarantined[],
  tick: EvidenceTick,
  units: UnitTable,
  oldRate: number,
): readonly Quarantined[] {
  return quarantined.map((one) => {
    const row = indexOf(units.names).get(one.unit) ?? -1;
    let [requests, failed, exposed] = [0, 0, 0];
    for (const counts of tick.units) {
      if (counts.unit !== one.unit || counts.cohort !== 'baseline') continue;
      requests += counts.requests;
      failed += counts.failed;
      exposed += counts.requests * exposureOf(units, row, counts.operation ?? 'unnamed');
    }
    if (requests === 0) return one;
    return {
      ...one,
      oldRequests: one.oldRequests + requests,
      oldFailed: one.oldFailed + failed,
      oldUsual: one.oldUsual + exposed * oldRate,
      seconds: one.seconds + tick.seconds,
    };
  });
}
