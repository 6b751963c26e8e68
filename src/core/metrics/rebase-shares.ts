import { type BudgetShares, shareOf } from './budget-shares.ts';

/** How the guards stand at the moment of a rebase. */
export interface StandingGuards {
  /** Whether a guard goes on as it was. */
  readonly isKept: (guard: string) => boolean;
  /** ln of its evidence for harm so far; 0 for one that has none. */
  readonly logHarm: (guard: string) => number;
  /** The same of the watch over single units. */
  readonly units: { readonly isKept: boolean; readonly logHarm: number };
}

/**
 * How the budget for false rollbacks is divided from a rebase on. `wanted` is how the newer revision would divide
 * it from the start.
 *
 * A guard that is kept keeps its part, or gives up what the newer revision would not have given it. What is given
 * up, and the parts of those that end, counts for as much as betting has left of it, part × min(1, evidence), and
 * is all that the new ones get. So Σ part × evidence, which is an e-process that starts at 1 at the most, is
 * nowhere raised by a rebase: wherever its value was E, it goes on from E or less. By Ville's inequality the whole
 * budget holds over all revisions together, whoever chose them and whatever they had seen. What one guard has
 * lost by betting is lost, however often it is taken away and put back.
 */
export function rebaseShares(
  before: BudgetShares,
  wanted: BudgetShares,
  { isKept, logHarm, units }: StandingGuards,
): BudgetShares {
  const kept = (guard: string): number =>
    isKept(guard) ? Math.min(shareOf(before, guard), shareOf(wanted, guard)) : 0;
  const keptUnits = units.isKept ? Math.min(before.units, wanted.units) : 0;
  const freed = Object.keys(before.guards).reduce(
    (sum, guard) => sum + (shareOf(before, guard) - kept(guard)) * leftOf(logHarm(guard)),
    (before.units - keptUnits) * leftOf(units.logHarm),
  );
  const names = Object.keys(wanted.guards);
  const asked = names
    .filter((guard) => !isKept(guard))
    .reduce((sum, guard) => sum + shareOf(wanted, guard), units.isKept ? 0 : wanted.units);
  const part = asked === 0 ? 0 : Math.min(1, freed / asked);
  return {
    guards: Object.fromEntries(
      names.map((guard) => [guard, isKept(guard) ? kept(guard) : part * shareOf(wanted, guard)]),
    ),
    units: units.isKept ? keptUnits : part * wanted.units,
  };
}

/** What betting has left of a stake of 1; what it has won is not placed anew. */
function leftOf(logHarm: number): number {
  return Math.min(1, Math.exp(logHarm));
}
