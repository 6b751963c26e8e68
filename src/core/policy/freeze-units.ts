import { canonical } from '../canonical.ts';
import { murmur3 } from '../cohort/murmur3.ts';
import { CrossfadeError } from '../errors.ts';
import { checkRings } from './check-rings.ts';
import type { Policy } from './policy.ts';

/** What the target's unit table said, read once when an attempt starts. */
export interface UnitLists {
  /** The units of each ring with `where`, by the ring's name. */
  readonly rings: Readonly<Record<string, readonly string[]>>;
  /** Each unit that moves with another one, and that other one. */
  readonly followers: readonly (readonly [unit: string, leader: string])[];
}

/** So many units may be named by a ring, and so many may move together. */
export const mostListedUnits = 5_000;

/** Whether a policy must be frozen before it can be carried out. */
export function asksForUnits({ rings, unit }: Policy): boolean {
  return rings.some(({ where }) => where !== undefined) || unit.from?.together !== undefined;
}

/**
 * The policy with its units named, fit to be carried out, stored and replayed: who is in a ring no
 * longer depends on the target. Rings and pins hold whole groups; a ring with `where` holds those that
 * are in no list and in no such ring before it. Its revision tells it from the policy with other units.
 * Throws `refused` for a ring without a unit, and for a group that two lists tear apart.
 */
export function freezeUnits(policy: Policy, lists: UnitLists): Policy {
  const groups = groupsOf(lists.followers);
  const groupOf = new Map(groups.flatMap((members) => members.map((unit) => [unit, members])));
  const whole = (units: readonly string[]): readonly string[] => [
    ...new Set(units.flatMap((unit) => groupOf.get(unit) ?? [unit])),
  ];
  const pinned = { ...policy.pinned, old: whole(policy.pinned.old) };
  const taken = new Set([...pinned.old, ...policy.rings.flatMap(({ units }) => whole(units))]);
  const rings = policy.rings.map((ring) => {
    if (ring.where === undefined) return { ...ring, units: whole(ring.units) };
    const units = whole(lists.rings[ring.name] ?? []).filter((unit) => !taken.has(unit));
    if (units.length === 0) throw emptyRing(policy, ring.name);
    for (const unit of units) taken.add(unit);
    return { ...ring, units };
  });
  const named = { rings, pinned, ...(groups.length === 0 ? {} : { groups }) };
  const mark = murmur3(canonical(named)).toString(16).padStart(8, '0');
  const frozen = { ...policy, ...named, revision: `${policy.revision}-${mark}` };
  refuseClashes(frozen);
  return frozen;
}

/** A group may be torn between two lists that are each in order. */
function refuseClashes(frozen: Policy): void {
  const clash = checkRings(frozen).find(({ severity }) => severity === 'fault');
  if (clash === undefined) return;
  throw new CrossfadeError('refused', `${clash.message}, with the units that move together`);
}

/** Groups with their leader first: of units that follow each other in a row, and of those in a circle. */
function groupsOf(followers: UnitLists['followers']): readonly (readonly string[])[] {
  const leaders = new Map(followers);
  const members = new Map<string, string[]>();
  for (const unit of leaders.keys()) {
    const leader = leaderOf(unit, leaders);
    if (leader !== unit) members.set(leader, [...(members.get(leader) ?? []), unit]);
  }
  return [...members].map(([leader, units]) => [leader, ...units]);
}

function leaderOf(unit: string, leaders: ReadonlyMap<string, string>): string {
  const passed = new Set<string>();
  let at = unit;
  for (;;) {
    const next = leaders.get(at);
    if (next === undefined) return at;
    // A circle has no first one, so that with the smallest name leads.
    if (passed.has(at)) return circleOf(at, leaders).toSorted()[0] ?? at;
    passed.add(at);
    at = next;
  }
}

function circleOf(start: string, leaders: ReadonlyMap<string, string>): string[] {
  const circle = [start];
  for (let at = leaders.get(start); at !== undefined && at !== start; at = leaders.get(at)) {
    circle.push(at);
  }
  return circle;
}

function emptyRing({ target, unit }: Policy, ring: string): CrossfadeError {
  return new CrossfadeError(
    'refused',
    `ring ${ring} is empty: no unit of ${unit.from?.table ?? 'its table'} on ${target} meets its ` +
      '`where` and is in no other list',
  );
}
