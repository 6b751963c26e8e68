import { quoteLiteral } from '../identifier.ts';
import type { Relation } from '../change.ts';

/**
 * Lets a statement trigger hear each partition by itself: who truncates one alone sets off its own triggers
 * and not those of the whole. Row triggers need none of this, PostgreSQL gives them to partitions itself.
 * @param before the trigger's definition up to the table's name, @param after what follows it
 * @param whole SQL of the partitioned table
 */
export function onEachPart(before: string, whole: string, after: string): string {
  const text = `${quoteLiteral(before)} || part || ${quoteLiteral(after)}`;
  return `DO $crossfade$ DECLARE part text; BEGIN
  FOR part IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_partition_tree(${quoteLiteral(whole)}::regclass) tree
    JOIN pg_class c ON c.oid = tree.relid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE tree.level > 0
  LOOP EXECUTE ${text}; END LOOP;
END $crossfade$`;
}

/** True, in a trigger function, where a partition was truncated by its own name. */
export const isPartAlone = ({ schema, name }: Relation): string =>
  `(TG_TABLE_SCHEMA <> ${quoteLiteral(schema)} OR TG_TABLE_NAME <> ${quoteLiteral(name)})`;

/** Condition, as text for EXECUTE, of the rows that a partition holds; unknown names are its columns. */
export const PART_ROWS = `coalesce(pg_get_partition_constraintdef(TG_RELID), 'true')`;
