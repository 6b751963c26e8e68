import { asksForUnits } from '../policy/freeze-units.ts';
import type { Policy, Ring } from '../policy/policy.ts';

/**
 * The newer revision with the units that the running one was started with: who is in a ring of a table was read
 * when the attempt began, and is not read again. Its revision keeps the mark of those units. A ring that the
 * running revision does not know in these words keeps its own, so that the difference is seen.
 */
export function adoptUnits(running: Policy, next: Policy): Policy {
  if (!asksForUnits(next)) return next;
  const groups = running.groups ?? [];
  const groupOf = new Map(groups.flatMap((members) => members.map((unit) => [unit, members])));
  const whole = (units: readonly string[]): readonly string[] => [
    ...new Set(units.flatMap((unit) => groupOf.get(unit) ?? [unit])),
  ];
  return {
    ...next,
    revision: [next.revision, ...running.revision.split('-').slice(1)].join('-'),
    rings: next.rings.map((ring) =>
      ring.where === undefined
        ? { ...ring, units: whole(ring.units) }
        : { ...ring, units: unitsOf(running, ring) },
    ),
    pinned: { ...next.pinned, old: whole(next.pinned.old) },
    ...(groups.length === 0 ? {} : { groups }),
  };
}

function unitsOf({ rings }: Policy, { name, units }: Ring): readonly string[] {
  return rings.find((ring) => ring.name === name)?.units ?? units;
}
