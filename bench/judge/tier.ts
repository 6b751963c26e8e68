import type { Tier } from '../../src/core/judge/judge-config.ts';
import type { Cohort, UnitCounts } from '../../src/core/protocol/evidence.ts';
import type { Population } from './population.ts';
import type { Trace } from './trace.ts';

const buckets = 64;

/** Under which name the evidence of each unit is counted, aligned with the population. */
export function labels(population: Population, tier: Tier): readonly string[] {
  if (tier === 'unit') return population.names;
  if (tier === 'total') return population.names.map(() => 'all');
  // Buckets are cut from the same hash that the share is cut from, so that few of them have both sides.
  return Array.from(population.place, (place) => `bucket ${Math.floor(place * buckets) + 1}`);
}

interface Counted {
  readonly unit: string;
  readonly cohort: Cohort;
  requests: number;
  failed: number;
}

/** A moment's counts as evidence reports them; units without a request are not named. */
export function unitCounts(
  trace: Trace,
  moment: number,
  isNew: Uint8Array,
  names: readonly string[],
): readonly UnitCounts[] {
  const { population, requests, failed, newHarm, oldHarm } = trace;
  const counts: Counted[] = [];
  const units = isNew.length;
  for (let unit = 0, cell = moment * units; unit < units; unit += 1, cell += 1) {
    const total = requests[cell] ?? 0;
    if (total === 0) continue;
    const onNew = isNew[unit] === 1;
    counts.push({
      unit: names[unit] ?? '',
      cohort: onNew ? 'canary' : 'baseline',
      requests: total,
      failed: (failed[cell] ?? 0) + ((onNew ? newHarm[cell] : oldHarm[cell]) ?? 0),
    });
  }
  return names === population.names ? counts : addUp(counts);
}

/** One entry per name and cohort. */
function addUp(counts: readonly Counted[]): readonly Counted[] {
  const sums = { canary: new Map<string, Counted>(), baseline: new Map<string, Counted>() };
  for (const each of counts) {
    const known = sums[each.cohort].get(each.unit);
    if (known === undefined) {
      sums[each.cohort].set(each.unit, each);
    } else {
      known.requests += each.requests;
      known.failed += each.failed;
    }
  }
  return [...sums.canary.values(), ...sums.baseline.values()];
}
