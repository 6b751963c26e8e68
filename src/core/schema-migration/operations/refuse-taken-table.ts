import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Scene } from '../change.ts';
import { ownerMark } from '../column-pair.ts';
import { quoteIdentifier } from '../identifier.ts';

/** The name of a new table, which nobody else may have given. */
export function refuseTakenTable(
  into: string,
  { migration }: Scene,
  found: TableCatalog | null,
  id: string,
): void {
  quoteIdentifier(into);
  if (found === null || found.comment === ownerMark(id)) return;
  throw new CrossfadeError(
    'conflict',
    `${migration.schema}.${into} exists already, and this migration did not make it.`,
  );
}
