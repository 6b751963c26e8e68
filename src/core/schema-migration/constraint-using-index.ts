import type { ConstraintCatalog } from './catalog.ts';
import type { Relation } from './change.ts';
import { placed } from './concurrent-index.ts';
import { quoteExisting } from './identifier.ts';

/** A key like an old one over an index that is there: no row is read, and the index takes its name. */
export function constraintUsingIndex(
  { schema, name: table }: Relation,
  { kind, definition }: Pick<ConstraintCatalog, 'kind' | 'definition'>,
  name: string,
  index: string,
): string {
  const deferral = /( NOT)? DEFERRABLE.*$/.exec(definition)?.[0] ?? '';
  const what = kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
  return (
    `ALTER TABLE ${placed(schema, table)} ADD CONSTRAINT ${quoteExisting(name)} ` +
    `${what} USING INDEX ${quoteExisting(index)}${deferral}`
  );
}
