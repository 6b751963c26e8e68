import { assumedCatalog } from '../assumed-catalog.ts';
import { CrossfadeError } from '../../errors.ts';
import { plan } from '../plan.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import type { Conversion, ConvertedOperation, Remark } from './conversion.ts';

/**
 * The conversion without operations that cannot be carried out beside the ones before them: what the
 * plan has against one is said of its statement. What is left can be planned.
 */
export function whatStands(
  conversion: Conversion,
  versions: Pick<SchemaMigration, 'name' | 'from' | 'to'>,
): Conversion {
  const { schema } = conversion;
  const operations: ConvertedOperation[] = [];
  const refused: Remark[] = [...conversion.refused];
  for (const one of conversion.operations) {
    const tried = [...operations, one].map(({ operation }) => operation);
    const objection = objectionTo({ ...versions, schema, operations: tried });
    if (objection === null) operations.push(one);
    else refused.push({ place: one.place, message: `as ${one.operation.operation}: ${objection}` });
  }
  refused.sort((one, other) => one.place - other.place);
  return { ...conversion, operations, refused };
}

function objectionTo(migration: SchemaMigration): string | null {
  try {
    plan(migration, assumedCatalog(migration));
    return null;
  } catch (fault) {
    if (fault instanceof CrossfadeError) return fault.message;
    throw fault;
  }
}
