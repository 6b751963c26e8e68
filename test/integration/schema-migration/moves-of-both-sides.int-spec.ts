import { describe, expect, it } from '@jest/globals';
import type { JobKind } from '../../../src/core/schema-migration/job.ts';
import { CANDIDATES, type Drawn, together } from '../../support/drawn-operations.ts';
import { drawnTables, PARTS } from '../../support/drawn-tables.ts';
import {
  MOVES_OF_BOTH,
  MOVES_OF_ONE,
  MovesOfBothSides,
} from '../../support/moves-of-both-sides.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** Every operation is in one of these, each with as many others as can go with it. */
function schemaMigrations(): readonly (readonly Drawn[])[] {
  const migrations: (readonly Drawn[])[] = [];
  let left = CANDIDATES;
  while (left.length > 0) {
    const drawn = together(left);
    migrations.push(drawn);
    left = left.filter((one) => !drawn.includes(one));
  }
  return migrations;
}

const cells = schemaMigrations().flatMap((drawn) => {
  const names = [...new Set(drawn.map(({ operation }) => operation.operation))].join(', ');
  return [
    [names, drawn, drawnTables(1_000)] as const,
    [`${names}, on tables with partitions`, drawn, drawnTables(1_000, PARTS)] as const,
  ];
});

/** What came of it: failed writes, and values that were lost after each part. */
async function carryThrough(shop: ShopTarget) {
  const lost: Record<string, readonly string[]> = {};
  const moves = new MovesOfBothSides(shop);
  const done = async (kind: JobKind): Promise<void> => {
    const { status, quarantined, differences, reason } = await shop.run(kind);
    const isWell = status === 'done' && quarantined === 0 && (differences ?? 0) === 0;
    if (!isWell) throw new Error(`${kind} ${status}: ${reason ?? `${quarantined} set aside`}`);
  };
  await done('expand');
  await moves.carryOut(MOVES_OF_ONE, ['old']);
  await done('backfill');
  await moves.carryOut(MOVES_OF_BOTH, ['old', 'new']);
  lost['both'] = [...(await moves.lost('old')), ...(await moves.lost('new'))];
  await done('verify');
  await done('contract');
  lost['contract'] = await moves.lost('new');
  await done('restore');
  lost['restore'] = [...(await moves.lost('old')), ...(await moves.lost('new'))];
  await done('retire');
  lost['retire'] = await moves.lost('old', 'public');
  return { failures: moves.failures, lost };
}

describe('what either side writes stands, whatever the other does', () => {
  it.each(cells)('%s', async (_, drawn, tables) => {
    const shop = await ShopTarget.on(
      tables,
      drawn.map(({ operation }) => operation),
    );
    try {
      expect(await carryThrough(shop)).toEqual({
        failures: [],
        lost: { both: [], contract: [], restore: [], retire: [] },
      });
    } finally {
      await shop.close();
    }
  });
});
