import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Operation } from '../operation.ts';

/** Another table would show rows that policies of this one hide. */
export function refuseRowSecurity(
  { operation }: Operation,
  { name, rowSecurity }: TableCatalog,
): void {
  if (!rowSecurity) return;
  throw new CrossfadeError(
    'unsupported',
    `${name} has row-level security, whose policies ${operation} cannot carry over to another table.`,
  );
}
