/** What decides how its values are compared. */
export interface Compared {
  readonly type: string;
  /** Quoted; null for the type's own, which tells all texts apart. */
  readonly collation: string | null;
}

const TEXT = /^(text|varchar|character varying)(\(\d+\))?$/;
/** Types of which equal values are the same. */
const EXACT =
  /^(smallint|integer|bigint|int[248]?|bool|boolean|uuid|date|bytea|time(stamp)?(tz)?(\(\d\))?( with(out)? time zone)?)$/;

/** Whether equal values are the same, bit by bit. */
export function isExact({ type, collation }: Compared): boolean {
  return EXACT.test(type) || (TEXT.test(type) && collation === null);
}

/**
 * True, in SQL, where two values are not the same, though PostgreSQL may take them for equal: 1.5 and 1.50, a
 * day and 24 hours, a name in another case where the collation sees none.
 */
export function unlike(one: string, other: string, compared: Compared): string {
  if (isExact(compared)) return `${one} IS DISTINCT FROM ${other}`;
  if (TEXT.test(compared.type)) return `${one} COLLATE "C" IS DISTINCT FROM ${other}`;
  return `CAST(${one} AS text) COLLATE "C" IS DISTINCT FROM CAST(${other} AS text)`;
}

/**
 * True, in SQL, where two converted values differ: texts by their letters, the rest by what PostgreSQL takes
 * for equal, since who converts to and fro may well write 0.10 for 0.1.
 */
export function differing(one: string, other: string, compared: Compared): string {
  const isOfText = TEXT.test(compared.type.replace(/(\[\])+$/, ''));
  if (!isOfText || compared.collation === null) return `${one} IS DISTINCT FROM ${other}`;
  return unlike(one, other, compared);
}
