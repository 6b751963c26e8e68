/** A value, in SQL, and its type. */
interface Hashed {
  readonly value: string;
  readonly type: string;
}

/** Types of which PostgreSQL can make a hash, and of which equal values have equal ones. */
const HASHABLE =
  /^(smallint|integer|bigint|numeric|real|double precision|boolean|text|character|uuid|date|time|timestamp|interval|jsonb|bytea|inet)\b[^[\]]*(\[\])?$/;

/** Those that have a function of their own in every PostgreSQL that can be a target. */
const FUNCTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(text|character varying(\(\d+\))?)$/, 'hashtextextended'],
  [/^bigint$/, 'hashint8extended'],
  [/^integer$/, 'hashint4extended'],
  [/^smallint$/, 'hashint2extended'],
  [/^numeric(\([\d,]+\))?$/, 'hash_numeric_extended'],
  [/^uuid$/, 'uuid_hash_extended'],
  [/^jsonb$/, 'jsonb_hash_extended'],
  [/^double precision$/, 'hashfloat8extended'],
  [/^real$/, 'hashfloat4extended'],
  [/^timestamp(\(\d\))? without time zone$/, 'timestamp_hash_extended'],
];

export const hasHash = (type: string): boolean => HASHABLE.test(type);

/**
 * A hash of 64 bits over several values, in SQL. Made of a hash for each, it takes half as long as the hash of
 * a record of them. Each has a seed of its own, and what they come to is hashed again: so neither values
 * that change places within a row nor such that do between two rows give the same sum.
 */
export function hashOf(values: readonly Hashed[]): string {
  return `hashint8extended(${values.map(hashedAt).join(' # ')}, 0)`;
}

function hashedAt({ value, type }: Hashed, at: number): string {
  const own = FUNCTIONS.find(([pattern]) => pattern.test(type))?.[1];
  if (own === undefined) return `hash_record_extended(ROW(${value}), ${at})`;
  // By its bytes, whatever its collation takes for equal.
  const exact = own === 'hashtextextended' ? `${value} COLLATE "C"` : value;
  return `coalesce(${own}(${exact}, ${at}), ${at})`;
}
