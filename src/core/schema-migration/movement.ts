import type { ColumnPair } from './column-pair.ts';
import { rangeSql, settleSql } from './range-sql.ts';
import type { RangeSql } from './range-sql.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { rowsOfUnit } from './unit-rows.ts';
import type { UnitRows } from './unit-rows.ts';

/**
 * Rows whose values move from the old shape to the new one: what backfill and verify walk, range of
 * keys by range of keys, whatever the two shapes are.
 */
export interface Movement {
  /** Eight hex digits; under this name its rows stand in quarantine. */
  readonly id: string;
  readonly migration: SchemaMigration;
  /** The table whose rows are counted; the key of a range is this table's. */
  readonly table: string;
  /** What is new, for messages: `users.birthdate`. */
  readonly place: string;
  /** As of a column pair; only what is `live` is walked. */
  readonly state: ColumnPair['state'];
  /** @param keepNewWrites spares rows whose new value stands in quarantine */
  readonly range: (keepNewWrites?: boolean) => RangeSql;
  /** To compare the rows of one unit and no others, never to write; null where the tables do not know it. */
  readonly rangeOfUnit: (rows: UnitRows) => RangeSql | null;
  /**
   * Settles quarantined rows that are well again or gone.
   * @param atMost look at no more rows than this, drawn at random; null: at all of them
   */
  readonly settle: (atMost?: number | null) => string;
}

/** Two columns of one row. */
export function movementOfPair(pair: ColumnPair): Movement {
  return {
    id: pair.id,
    migration: pair.migration,
    table: pair.table.name,
    place: `${pair.table.name}.${pair.column}`,
    state: pair.state,
    range: (keepNewWrites) => rangeSql(pair, keepNewWrites),
    rangeOfUnit: (unit) => {
      const rows = rowsOfUnit(pair.migration.schema, pair.table.name, unit);
      return rows === null ? null : rangeSql(pair, true, `${rows} AS _row`);
    },
    settle: (atMost) => settleSql(pair, atMost),
  };
}

/** The same movement of nothing but one unit's rows; none where its tables do not know the unit. */
export function movementOfUnit(movement: Movement, rows: UnitRows): readonly Movement[] {
  const sql = movement.rangeOfUnit(rows);
  return sql === null ? [] : [{ ...movement, range: () => sql }];
}
