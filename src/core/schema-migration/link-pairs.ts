import type { ColumnCatalog } from './catalog.ts';
import { collationOf } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { mentionedNames } from './expression.ts';
import { circleOf } from './operations/read-across.ts';

/**
 * Pairs of one table in the order in which their rows have to be converted, each with the ones that it
 * stands on: those that write an old column which its expressions read, or a new one which its `down`
 * does.
 * @throws CrossfadeError `invalidInput` when pairs stand on each other
 */
export function linkPairs(pairs: readonly ColumnPair[]): readonly ColumnPair[] {
  const linked = new Map<ColumnPair, ColumnPair>();
  const visit = (pair: ColumnPair, path: readonly ColumnPair[]): ColumnPair => {
    const known = linked.get(pair);
    if (known !== undefined) return known;
    if (path.includes(pair)) {
      const circle = [...path.slice(path.indexOf(pair)), pair].map(({ name }) => name);
      throw circleOf(pair.table.name, circle);
    }
    const own = pairs.filter((other) => standsOn(pair, other));
    const after = own.map((other) => visit(other, [...path, pair]));
    const leads = pairs.some((other) => standsOn(other, pair));
    const whole = { ...pair, uses: usesOf(pair, after), after, leads };
    linked.set(pair, whole);
    return whole;
  };
  const all = pairs.map((pair) => visit(pair, []));
  return all.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** 0 for a pair that stands on no other. */
export function rankOf({ after }: ColumnPair): number {
  return after.reduce((rank, one) => Math.max(rank, rankOf(one) + 1), 0);
}

/** All that a pair stands on, near and far, in the order in which rows are converted. */
export function ledBy(pair: ColumnPair): readonly ColumnPair[] {
  const all = [...pair.after.flatMap(ledBy), ...pair.after];
  const first = new Map(all.map((one) => [one.id, one]));
  return [...first.values()].toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** Parts of one column leave each other alone. */
function standsOn(pair: ColumnPair, other: ColumnPair): boolean {
  if (other.fed === pair.fed || pair.state === 'contracted') return false;
  return pair.uses.includes(other.fed) || downReads(pair, other);
}

function downReads(pair: ColumnPair, { column }: ColumnPair): boolean {
  return mentionedNames(pair.down, `down of ${pair.table.name}.${pair.name}`).has(column);
}

/** New columns that `down` reads among them, though the table may not have them yet. */
function usesOf(pair: ColumnPair, after: readonly ColumnPair[]): readonly ColumnCatalog[] {
  const read = after.filter((other) => downReads(pair, other));
  const names = new Set(read.map(({ column }) => column));
  return [...pair.uses.filter(({ name }) => !names.has(name)), ...read.map(newColumn)];
}

/** As expand adds it. */
function newColumn(pair: ColumnPair): ColumnCatalog {
  const { fed, column, type } = pair;
  const collation = collationOf(pair);
  return { ...fed, name: column, type, collation, notNull: false, default: null, generated: 'no' };
}
