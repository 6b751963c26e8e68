import { quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';

/** One key of a JSON column, and the new column that is kept in step with it. */
export interface FedKey {
  /** The new column. */
  readonly column: string;
  readonly type: string;
  /** The old column, of type jsonb. */
  readonly location: string;
  readonly key: string;
}

/**
 * The two expressions of a column that feeds one key of a JSON column. `down` keeps the other keys, a
 * document that has the value already in other words, and one without the key. NULL takes the key away;
 * a value that was text in the document stays text.
 */
export function feedsPair({ column, type, location, key }: FedKey): {
  readonly up: string;
  readonly down: string;
} {
  const added = quoteIdentifier(column);
  const held = quoteExisting(location);
  const name = quoteLiteral(key);
  const up = /^jsonb$/i.test(type)
    ? `nullif(${held} -> ${name}, 'null')`
    : `CAST(${held} ->> ${name} AS ${type})`;
  const isText = `jsonb_typeof(${held} -> ${name}) = 'string' AND jsonb_typeof(to_jsonb(${added})) <> 'string'`;
  const value = /^jsonb$/i.test(type)
    ? added
    : `CASE WHEN ${isText} THEN to_jsonb(CAST(${added} AS text)) ELSE to_jsonb(${added}) END`;
  return {
    up,
    down:
      `CASE WHEN ${up} IS NOT DISTINCT FROM ${added} THEN ${held} ` +
      `WHEN ${added} IS NULL THEN ${held} - ${name} ` +
      `ELSE jsonb_set(coalesce(${held}, '{}'), ARRAY[${name}], ${value}) END`,
  };
}
