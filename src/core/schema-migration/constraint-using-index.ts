import type { ConstraintCatalog } from './catalog.ts';
import { giving } from './change.ts';
import type { ChangeStatement, Relation } from './change.ts';
import { placed } from './concurrent-index.ts';
import { quoteExisting } from './identifier.ts';

/** A key like an old one over an index that is there: no row is read, and the index takes its name. */
export function constraintUsingIndex(
  on: Relation,
  { kind, definition }: Pick<ConstraintCatalog, 'kind' | 'definition'>,
  name: string,
  index: string,
): ChangeStatement {
  const deferral = /( NOT)? DEFERRABLE.*$/.exec(definition)?.[0] ?? '';
  const what = kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
  return giving(
    { kind: 'key', on, name },
    `ALTER TABLE ${placed(on.schema, on.name)} ADD CONSTRAINT ${quoteExisting(name)} ` +
      `${what} USING INDEX ${quoteExisting(index)}${deferral}`,
  );
}
