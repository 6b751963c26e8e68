import type { TableSync } from '../table-sync.ts';
import { createMoveFunction, moveFunctionName } from '../parted/row-moves.ts';
import { compileCheck } from '../round-trip.ts';
import { createGoneFunction } from './gone-function.ts';
import { createJudgeFunction, judgeFunctionName } from './judge-function.ts';
import {
  createTriggers,
  dropTriggers,
  goneFunctionName,
  syncFunctionName,
} from './pair-triggers.ts';
import { movingWide } from './moving-wide.ts';
import { createSyncFunction } from './sync-function.ts';
import { ofUnit } from './of-unit.ts';
import type { TablePair } from './table-pair.ts';
import { settleTableSql, tableRangeSql } from './table-range-sql.ts';

const places = ['wide', 'narrow'] as const;

/** All that keeps a pair of tables in step. */
export function syncOfPair(pair: TablePair): TableSync {
  const also = places.map((place) => ({ schema: pair.migration.schema, name: pair[place] }));
  const moving = movingWide(pair);
  const conversions = pair.columns.flatMap((column) => (column.same ? [] : [column.pair]));
  return {
    id: pair.id,
    state: pair.state,
    compile: conversions.map(compileCheck),
    functions: [
      ...places.flatMap((place) => [
        createSyncFunction(pair, place),
        createGoneFunction(pair, place),
      ]),
      ...(moving === null ? [] : [createMoveFunction(moving)]),
      createJudgeFunction(pair),
      `REVOKE ALL ON FUNCTION ${judgeFunctionName(pair)} FROM PUBLIC`,
    ],
    dropFunctions: [
      ...places.flatMap((place) => [
        `DROP FUNCTION IF EXISTS ${syncFunctionName(pair, place)}()`,
        // Each partition has a trigger of it, and so has one that was detached.
        `DROP FUNCTION IF EXISTS ${goneFunctionName(pair, place)}()${pair.placed[place] === null ? '' : ' CASCADE'}`,
      ]),
      ...(moving === null ? [] : [`DROP FUNCTION IF EXISTS ${moveFunctionName(pair.id)}()`]),
      `DROP FUNCTION IF EXISTS ${judgeFunctionName(pair)}`,
    ],
    triggers: createTriggers(pair).map((sql) => ({ sql, lock: 'ShareRowExclusive', also })),
    dropTriggers: dropTriggers(pair),
    conversions,
    movement: {
      id: pair.id,
      migration: pair.migration,
      table: pair.wide,
      place: pair.old === 'wide' ? `table ${pair.narrow}` : `${pair.narrow} in ${pair.wide}`,
      state: pair.state,
      range: () => tableRangeSql(pair),
      rangeOfUnit: (unit) => {
        const part = ofUnit(pair, unit);
        return part === null ? null : tableRangeSql(part);
      },
      settle: (atMost) => settleTableSql(pair, atMost),
    },
  };
}
