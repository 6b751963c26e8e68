import type { IndexCatalog } from './catalog.ts';
import type { Relation } from './change.ts';
import { placed } from './concurrent-index.ts';
import { quoteExisting, quoteLiteral } from './identifier.ts';

/** What is known of an index besides its definition, by its name. */
export type IndexMarks = Pick<IndexCatalog, 'name' | 'clustered' | 'identity' | 'comment'>;

/** Gives an index the marks of the one whose place it has taken. */
export function markIndex(
  { schema, name: table }: Relation,
  { name, clustered, identity, comment }: IndexMarks,
): readonly string[] {
  const alter = `ALTER TABLE ${placed(schema, table)}`;
  return [
    ...(identity ? [`${alter} REPLICA IDENTITY USING INDEX ${quoteExisting(name)}`] : []),
    ...(clustered ? [`${alter} CLUSTER ON ${quoteExisting(name)}`] : []),
    ...(comment === null
      ? []
      : [`COMMENT ON INDEX ${placed(schema, name)} IS ${quoteLiteral(comment)}`]),
  ];
}
