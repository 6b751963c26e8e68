import { createMoveFunction, moveFunctionName } from '../parted/row-moves.ts';
import { compileCheck } from '../round-trip.ts';
import type { TableSync } from '../table-sync.ts';
import { createPairFunction, pairFunctionName } from '../pair-function.ts';
import { ofUnit } from '../table-pair/of-unit.ts';
import type { ListPair } from './list-pair.ts';
import { listRangeSql, settleListSql } from './list-range-sql.ts';
import { movingLists } from './moving-lists.ts';
import { createNarrowFunction } from './narrow-function.ts';
import { createWideFunction } from './wide-function.ts';
import { createListTriggers, dropListTriggers, listFunctionName } from './list-triggers.ts';

/** All that keeps a list and its rows in step. */
export function syncOfList(pair: ListPair): TableSync {
  const { id, migration, list } = pair;
  const moving = movingLists(pair);
  const also = [pair.wide, pair.narrow].map((name) => ({ schema: migration.schema, name }));
  return {
    id,
    state: list.state,
    compile: [compileCheck(list)],
    functions: [
      createWideFunction(pair),
      createNarrowFunction(pair),
      ...(moving === null ? [] : [createMoveFunction(moving)]),
      createPairFunction(list),
      `REVOKE ALL ON FUNCTION ${pairFunctionName(list)} FROM PUBLIC`,
    ],
    dropFunctions: [
      // Each partition has a trigger of it, and so has one that was detached.
      `DROP FUNCTION IF EXISTS ${listFunctionName(pair, 'wide')}()${moving === null ? '' : ' CASCADE'}`,
      ...(moving === null ? [] : [`DROP FUNCTION IF EXISTS ${moveFunctionName(id)}()`]),
      `DROP FUNCTION IF EXISTS ${listFunctionName(pair, 'narrow')}()`,
      `DROP FUNCTION IF EXISTS ${pairFunctionName(list)}`,
    ],
    triggers: createListTriggers(pair, moving).map((sql) => ({
      sql,
      lock: 'ShareRowExclusive',
      also,
    })),
    dropTriggers: dropListTriggers(pair),
    conversions: [list],
    movement: {
      id,
      migration,
      table: pair.wide,
      place: `table ${pair.narrow}`,
      state: list.state,
      range: () => listRangeSql(pair),
      rangeOfUnit: (unit) => {
        const part = ofUnit(pair, unit);
        return part === null ? null : listRangeSql(part);
      },
      settle: (atMost) => settleListSql(pair, atMost),
    },
  };
}
