import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawnOperations } from '../../support/drawn-operations.ts';
import { drawnTables, PARTS } from '../../support/drawn-tables.ts';
import type { Drawn } from '../../support/drawn-operations.ts';
import { propertyRuns } from '../../support/property-runs.ts';
import { rowsOf, schemaOf } from '../../support/schema-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { UsersTarget } from '../../support/users-target.ts';

/** As ordinary tables, and in partitions. */
const SETUPS = [drawnTables(40), drawnTables(40, PARTS)];
const TABLES = ['people', 'persons', 'bios', 'homes', 'phones', 'visits', 'calls', 'lost', 'tags'];

async function look(client: UsersTarget['admin']) {
  const schema = await schemaOf(client);
  const rows = new Map<string, readonly unknown[]>();
  for (const table of TABLES.filter((one) => one in schema)) {
    rows.set(table, await rowsOf(client, table));
  }
  return { schema, rows: Object.fromEntries(rows) };
}

/** What plain statements make of the same tables, with nobody else on them. */
async function plainly(drawn: readonly Drawn[], setup: string) {
  const target = await UsersTarget.create(setup);
  try {
    for (const { plain } of drawn) await target.admin.query(plain);
    return await look(target.admin);
  } finally {
    await target.close();
  }
}

async function goThere(drawn: readonly Drawn[], setup: string): Promise<void> {
  const shop = await ShopTarget.on(
    setup,
    drawn.map(({ operation }) => operation),
  );
  try {
    const start = await look(shop.target.admin);
    await shop.run('expand', 'backfill', 'verify', 'retire');
    expect(await look(shop.target.admin)).toEqual(start);
    await shop.admin('DELETE FROM crossfade.job');
    await shop.run('expand', 'backfill');
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
    const before = await look(shop.target.admin);
    expect(await shop.run('contract', 'restore')).toMatchObject({ status: 'done' });
    expect(await look(shop.target.admin)).toEqual(before);
    await shop.admin('DELETE FROM crossfade.job');
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    const { rows, schema } = await plainly(drawn, setup);
    const there = await look(shop.target.admin);
    expect(there.schema).toEqual(schema);
    expect({ ...there.rows, lost: null }).toEqual({ ...rows, lost: null });
  } finally {
    await shop.close();
  }
}

describe('any operations together', () => {
  it('come back to where they began, and arrive where plain statements would', async () => {
    await fc.assert(fc.asyncProperty(drawnOperations, fc.constantFrom(...SETUPS), goThere), {
      numRuns: propertyRuns(4),
    });
  });
});
