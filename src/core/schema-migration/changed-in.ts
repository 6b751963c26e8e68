import { collationOf } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { quoteExisting } from './identifier.ts';
import { differing, unlike } from './unlike.ts';
import type { Compared } from './unlike.ts';

/** Columns whose change is a matter for the pair. */
export function watchedBy(pair: ColumnPair): readonly string[] {
  const leading = pair.after.map(({ column }) => column);
  return [...new Set([pair.column, ...pair.reads.map(({ name }) => name), ...leading])];
}

/** True, in SQL, where one of them has changed. @param names columns that are a matter for the pair */
export function changedIn(pair: ColumnPair, names: readonly string[]): string {
  return names
    .map((name) => {
      const quoted = quoteExisting(name);
      return unlike(`NEW.${quoted}`, `OLD.${quoted}`, comparedIn(pair, name));
    })
    .join(' OR ');
}

function comparedIn(pair: ColumnPair, name: string): Compared {
  const old = pair.reads.find((one) => one.name === name);
  if (old !== undefined) return old;
  const added = [pair, ...pair.after].find(({ column }) => column === name) ?? pair;
  return { type: added.type, collation: collationOf(added) };
}

/** True, in SQL, where two values of the new column differ. */
export function upDiffers(pair: ColumnPair, one: string, other: string): string {
  return differing(one, other, { type: pair.type, collation: looseOf(pair) });
}

/** True, in SQL, where two values of the old column differ. */
export function downDiffers(pair: ColumnPair, one: string, other: string): string {
  return differing(one, other, { type: pair.fed.type, collation: looseOf(pair) });
}

/** Any collation that the pair's values may come with. */
const looseOf = (pair: ColumnPair): string | null =>
  pair.uses.find(({ collation }) => collation !== null)?.collation ?? collationOf(pair);
