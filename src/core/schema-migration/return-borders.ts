import { operationId } from './column-pair.ts';
import type { Operation } from './operation.ts';
import { replacementId } from './operations/replacing.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** A column of which a rollback loses nothing as long as a condition holds in every row. */
export interface ReturnBorder {
  /** Of the column's conversion; under it rows past the border stand in quarantine. */
  readonly id: string;
  /** `orders.id` */
  readonly place: string;
  /** SQL condition on the new value, as its author wrote it. */
  readonly while: string;
  readonly operation: Converting;
  /** How long before a value passes it people are to know; absent: not before. */
  readonly warnBeforeMs?: number;
}

type Converting = Extract<Operation, { reversible?: unknown }>;

/** All that is declared with `reversible`, in the order of the operations. */
export function returnBorders(migration: SchemaMigration): readonly ReturnBorder[] {
  return migration.operations.flatMap((one) => {
    if (!('reversible' in one) || one.reversible === undefined) return [];
    const place = `${one.table}.${one.column}`;
    return [{ id: idOf(migration, one), place, operation: one, ...one.reversible }];
  });
}

function idOf(migration: SchemaMigration, operation: Converting): string {
  return operation.operation === 'changeType'
    ? replacementId(migration, operation)
    : operationId(migration, operation.table, operation.column);
}

/** `id <= 2147483647 in every row of orders.id`. */
export const borderWords = ({
  place,
  while: holds,
}: Pick<ReturnBorder, 'place' | 'while'>): string => `${holds} in every row of ${place}`;

/**
 * For people: why a rollback would lose data.
 * @param rows how many rows lie past each border, by its id
 * @returns null while none does
 */
export function noReturnWords(
  borders: readonly ReturnBorder[],
  rows: ReadonlyMap<string, number>,
): string | null {
  const passed = borders.flatMap((border) => {
    const count = rows.get(border.id) ?? 0;
    const counted = count === 1 ? '1 row holds' : `${count} rows hold`;
    return count === 0
      ? []
      : [`${counted} a value in ${border.place} for which ${border.while} is not true`];
  });
  return passed.length === 0 ? null : passed.join('; ');
}
