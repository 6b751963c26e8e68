import { isRouted, type Policy } from '../policy/policy.ts';
import { relationNames } from '../schema-migration/schema-migration.ts';
import { type Bond, isBinding, madeKeys, touches } from './bond.ts';

/** Something that two rollouts have in common and that one of them at a time may have. */
export type Shared =
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'tables'; readonly tables: readonly string[] }
  | { readonly kind: 'bond'; readonly bond: Bond['kind']; readonly name: string }
  | { readonly kind: 'units'; readonly service: string; readonly units: readonly string[] };

/** A rollout under way, and what it has in common with one that wants to begin. */
export interface Obstacle {
  readonly rollout: string;
  readonly policy: string;
  readonly shared: readonly Shared[];
}

/** So many units are named; what is stored stays small. */
const namedUnits = 5;

/**
 * What stands between two policies that would be carried out at once; nothing where they may be.
 * @param bonds of the tables that one of them changes
 */
export function sharedBetween(
  a: Policy,
  b: Policy,
  bonds: readonly Bond[] = [],
): readonly Shared[] {
  return [...sharedFlag(a, b), ...sharedTables(a, b, bonds), ...sharedUnits(a, b)];
}

function sharedFlag(a: Policy, b: Policy): readonly Shared[] {
  return a.flag.name === b.flag.name ? [{ kind: 'flag', flag: a.flag.name }] : [];
}

function sharedTables(a: Policy, b: Policy, bonds: readonly Bond[]): readonly Shared[] {
  const [mine, theirs] = [a.schemaMigration, b.schemaMigration];
  if (a.target !== b.target) return [];
  const others = mine.schema === theirs.schema ? relationNames(theirs) : [];
  const tables = relationNames(mine).filter((table) => others.includes(table));
  if (tables.length > 0) return [{ kind: 'tables', tables }];
  return [
    ...bonds.filter((bond) => isBinding(bond, mine, theirs)),
    ...madeKeys(mine).filter(({ ends }) => ends.some((end) => touches(theirs, end))),
    ...madeKeys(theirs).filter(({ ends }) => ends.some((end) => touches(mine, end))),
  ].map(({ kind, name }) => ({ kind: 'bond', bond: kind, name }));
}

/**
 * Hashed shares are drawn for each flag by itself, so that the canaries of two rollouts fall on each other by
 * chance alone, and no more on one side than on the other. A ring is no draw: units that are in both are
 * canaries of both, and the harm of one would be found in the other.
 */
function sharedUnits(a: Policy, b: Policy): readonly Shared[] {
  if (!isRouted(a) || !isRouted(b) || a.unit.key !== b.unit.key) return [];
  const service = a.services.find(({ name }) => b.services.some((one) => one.name === name))?.name;
  if (service === undefined) return [];
  const theirs = new Set(ringUnits(b));
  const units = [...new Set(ringUnits(a).filter((unit) => theirs.has(unit)))];
  return units.length === 0 ? [] : [{ kind: 'units', service, units: units.slice(0, namedUnits) }];
}

/** Those of rings that the plan goes through. */
function ringUnits({ rings, steps }: Policy): readonly string[] {
  return rings
    .filter(({ name }) => steps.some((step) => step.kind === 'ring' && step.ring === name))
    .flatMap(({ units }) => units);
}

/** `changes users as well`, `has acme-staging in a ring of users-api as well`. */
export function sharedWords(shared: readonly Shared[]): string {
  return `${shared.map(oneWords).join(' and ')} as well`;
}

function oneWords(shared: Shared): string {
  switch (shared.kind) {
    case 'flag':
      return `uses flag ${shared.flag}`;
    case 'tables':
      return `changes ${shared.tables.join(', ')}`;
    case 'bond':
      return `works on what ${shared.bond} ${shared.name} ties to it`;
    case 'units':
      return `has ${shared.units.join(', ')} in a ring of ${shared.service}`;
  }
}
