import { normalizedBucket } from './normalized-bucket.ts';

/** A unit with traffic, and how many requests of it are known. */
export interface ActiveUnit {
  readonly unit: string;
  readonly requests: number;
}

/** How few units are chosen out of many. */
export interface UnitChoice {
  /** How many at the most; the first group goes whole, however large it is. */
  readonly count: number;
  readonly order: 'hash' | 'smallestTraffic';
  /** Salt of the hash: that of the share which follows. */
  readonly groupId: string;
  /** Units that move together. */
  readonly groups: readonly (readonly string[])[];
}

/** More buckets than there are units, so that the units of one bucket have an order as well. */
const fineBuckets = 2 ** 31;

/**
 * Chooses units one by one. By hash those come first that the smallest share would take: so whoever
 * is chosen here is also among the first of the shares that follow.
 */
export function chooseUnits(candidates: readonly ActiveUnit[], choice: UnitChoice): string[] {
  const active = new Map(candidates.map(({ unit, requests }) => [unit, requests]));
  const groupOf = new Map(
    choice.groups.flatMap((members) => members.map((unit) => [unit, members] as const)),
  );
  const chosen = new Set<string>();
  let counted = 0;
  for (const unit of ordered(active, choice)) {
    if (chosen.has(unit)) continue;
    const members = groupOf.get(unit) ?? [unit];
    const busy = members.filter((member) => active.has(member)).length;
    if (counted + busy > choice.count && counted > 0) continue;
    for (const member of members) chosen.add(member);
    counted += busy;
    if (counted >= choice.count) break;
  }
  return [...chosen];
}

function ordered(active: ReadonlyMap<string, number>, choice: UnitChoice): string[] {
  const { groupId, order } = choice;
  const ranked = [...active].map(([unit, requests]) => ({
    unit,
    ranks: [
      order === 'smallestTraffic' ? requests : 0,
      normalizedBucket(unit, groupId),
      normalizedBucket(unit, groupId, fineBuckets, 1),
    ],
  }));
  return ranked.toSorted((a, b) => byRank(a.ranks, b.ranks)).map(({ unit }) => unit);
}

function byRank(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
