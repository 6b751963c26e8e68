import { PARAMETER, STRATEGY_ROLES, roleOf } from './strategy-role.ts';
import type { StrategyRole } from './strategy-role.ts';
import { sameStrategy } from './same-strategy.ts';
import type { Strategy } from './unleash-feature.ts';

/** A strategy as it stands in a flag store that changes one strategy at a time. */
export interface StoredStrategy extends Strategy {
  readonly id: string;
  readonly disabled: boolean;
  readonly sortOrder: number;
}

export interface StrategyPlace {
  readonly id: string;
  readonly sortOrder: number;
}

/** One write. After each of them the flag must be fit to be served. */
export type StrategyChange =
  | { readonly kind: 'order'; readonly places: readonly StrategyPlace[] }
  | { readonly kind: 'add'; readonly strategy: Strategy }
  | { readonly kind: 'replace'; readonly id: string; readonly strategy: Strategy }
  | { readonly kind: 'remove'; readonly id: string };

/** Where strategies of a role stand; equal numbers within a role, where order means nothing. */
export function sortOrderOf(strategy: Strategy): number {
  const role = roleOf(strategy.parameters);
  return role === null ? 0 : (STRATEGY_ROLES.indexOf(role) + 1) * 1000;
}

/**
 * The writes that turn `stored` into `wanted`, in an order that never shows a unit a side which
 * neither the old list nor the new one gives it (as long as salt and unit key stay):
 *
 * 1. lists of units grow, those held on the old side first;
 * 2. a growing share before the base stage, a shrinking one after it;
 * 3. lists of units shrink, those held on the old side last.
 *
 * Strategies that are disabled or not ours are replaced, not repaired. Empty when nothing differs.
 */
export function strategyChanges(
  stored: readonly StoredStrategy[],
  wanted: readonly Strategy[],
): StrategyChange[] {
  const usable = stored.filter(isUsable);
  const lists = (['pinned', 'quarantined', 'ring'] as const).map((role) =>
    listChanges(of(usable, role), of(wanted, role)),
  );
  const singles = (['share', 'everyone'] as const).map((role) =>
    singleChanges(of(usable, role), of(wanted, role)),
  );
  if (shareOf(wanted) < shareOf(usable)) singles.reverse();
  const misplaced = usable.filter((item) => item.sortOrder !== sortOrderOf(item));
  const unusable = stored.filter((item) => !isUsable(item));
  return [
    ...(misplaced.length === 0 ? [] : [{ kind: 'order', places: placesOf(misplaced) } as const]),
    ...lists.flatMap(({ first }) => first),
    ...unusable.map(({ id }) => ({ kind: 'remove', id }) as const),
    ...singles.flatMap(({ first }) => first),
    ...lists.toReversed().flatMap(({ last }) => last),
    ...singles.flatMap(({ last }) => last),
  ];
}

interface Phases {
  readonly first: readonly StrategyChange[];
  readonly last: readonly StrategyChange[];
}

function listChanges(stored: readonly StoredStrategy[], wanted: readonly Strategy[]): Phases {
  const first: StrategyChange[] = [];
  const last: StrategyChange[] = [];
  const left = [...stored];
  for (const strategy of wanted) {
    const at = left.findIndex((item) => counterpart(item, strategy));
    const [old] = at === -1 ? [] : left.splice(at, 1);
    if (old === undefined) {
      first.push({ kind: 'add', strategy });
    } else if (!sameStrategy(old, strategy)) {
      const replace = { kind: 'replace', id: old.id, strategy } as const;
      (isPart(valuesOf(old), valuesOf(strategy)) ? first : last).push(replace);
    }
  }
  last.push(...left.map(({ id }) => ({ kind: 'remove', id }) as const));
  return { first, last };
}

/** Same ring, and one list contains the other; otherwise units would be lost between two writes. */
function counterpart(stored: Strategy, wanted: Strategy): boolean {
  if (stored.parameters[PARAMETER.ring] !== wanted.parameters[PARAMETER.ring]) return false;
  const [before, after] = [valuesOf(stored), valuesOf(wanted)];
  return isPart(before, after) || isPart(after, before);
}

function singleChanges(stored: readonly StoredStrategy[], wanted: readonly Strategy[]): Phases {
  const [old, ...surplus] = stored;
  const first = wanted.flatMap((strategy): StrategyChange[] => {
    if (old === undefined) return [{ kind: 'add', strategy }];
    return sameStrategy(old, strategy) ? [] : [{ kind: 'replace', id: old.id, strategy }];
  });
  return { first, last: surplus.map(({ id }) => ({ kind: 'remove', id }) as const) };
}

function isUsable(strategy: StoredStrategy): boolean {
  return roleOf(strategy.parameters) !== null && !strategy.disabled;
}

function of<T extends Strategy>(strategies: readonly T[], role: StrategyRole): T[] {
  return strategies.filter(({ parameters }) => roleOf(parameters) === role);
}

function shareOf(strategies: readonly Strategy[]): number {
  return Number(of(strategies, 'share')[0]?.parameters['rollout'] ?? 0);
}

function placesOf(strategies: readonly StoredStrategy[]): StrategyPlace[] {
  return strategies.map((item) => ({ id: item.id, sortOrder: sortOrderOf(item) }));
}

function valuesOf(strategy: Strategy): readonly string[] {
  return strategy.constraints[0]?.values ?? [];
}

function isPart(part: readonly string[], whole: readonly string[]): boolean {
  const known = new Set(whole);
  return part.every((value) => known.has(value));
}
