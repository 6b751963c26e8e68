import { upDiffers } from '../changed-in.ts';
import { columnPairsOf } from '../resolve-migration.ts';
import type { Catalog } from '../catalog.ts';
import type { ColumnPair } from '../column-pair.ts';
import { quoteExisting, quoteIdentifier } from '../identifier.ts';
import { differs } from '../in-step.ts';
import { keyNames } from '../key-sql.ts';
import { ledBy } from '../link-pairs.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { losesOn, upOf, downOf } from '../sync-trigger.ts';
import { columnsIn, matchTables, placeOf } from './matched.ts';
import type { Matched } from './matched.ts';
import type { Standing } from './standing.ts';

/** A look at rows that were written since contract and would not come back from the old shape. */
export interface LossLook {
  /** `users.dob`: where the values would have to be kept. */
  readonly place: string;
  /** Yields `{ rows, keys }`, the keys as texts; fails when an expression fails on some row. */
  readonly sql: string;
}

/**
 * Looks to be had before anything is brought back; a loss that was declared needs none.
 * @param before the catalog as contract found it
 */
export function lossLooks(
  migration: SchemaMigration,
  before: Catalog,
  was: Standing,
  is: Standing,
): readonly LossLook[] {
  const tables = matchTables(was, is);
  return columnPairsOf(migration, before)
    .filter((pair) => pair.state === 'live' && !losesOn(pair, 'down'))
    .flatMap((pair) => {
      const table = tables.find(
        ({ was: then }) => then.schema === migration.schema && then.name === pair.table.name,
      );
      return table === undefined ? [] : [lookAt(pair, table)];
    });
}

function lookAt(pair: ColumnPair, table: Matched): LossLook {
  const fed = quoteExisting(pair.fed.name);
  const column = quoteIdentifier(pair.column);
  const others = pair.uses
    .filter((one) => one !== pair.fed)
    .map((one) => `_row.${quoteExisting(one.name)}`);
  const keys = keyNames(pair.key).map((name, at) => `${name}::text AS _crossfade_k${at}`);
  const back = [...keys, ...others, `_row.${column}`, `${downOf(pair)} AS ${fed}`];
  const erased = pair.fed.notNull ? ` OR ${fed} IS NULL` : '';
  const key = pair.key.map((_, at) => `_crossfade_k${at}`);
  return {
    place: `${pair.table.name}.${pair.fed.name}`,
    sql:
      `WITH lost AS (SELECT concat_ws(', ', ${key.join(', ')}) AS key FROM (SELECT ${back.join(', ')} ` +
      `FROM ${rowsOf(pair, table)} _row WHERE ${differs(pair)}) _row ` +
      `WHERE ${upDiffers(pair, upOf(pair), column)}${erased}) ` +
      `SELECT count(*)::int AS rows, (SELECT array_agg(key) FROM (SELECT key FROM lost LIMIT 5) few) AS keys FROM lost`,
  };
}

/** As contract found the rows, with what pairs that this one stands on will have brought back. */
function rowsOf(pair: ColumnPair, table: Matched): string {
  const columns = columnsIn(table);
  const rows = columns.map(
    ({ was, is }) => `${quoteExisting(is.name)} AS ${quoteExisting(was.name)}`,
  );
  return ledBy(pair).reduce(
    (source, one) => {
      const shown = columns.map(({ was: { name } }) => {
        const column = quoteExisting(name);
        if (name !== one.fed.name) return column;
        return `CASE WHEN ${differs(one)} THEN ${downOf(one)} ELSE ${column} END AS ${column}`;
      });
      return `(SELECT ${shown.join(', ')} FROM ${source} _row)`;
    },
    `(SELECT ${rows.join(', ')} FROM ${placeOf(table.is)})`,
  );
}
