import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Policy, Ring } from '../../src/core/policy/policy.ts';
import { TargetInspection } from '../../src/engine/target-inspection.ts';
import { UnitTables } from '../../src/engine/unit-tables.ts';
import { policyWith } from '../support/checked-policy.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let admin: pg.Client;
let tables: UnitTables;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`CREATE TABLE tenants (id text, plan text, seats int, parent text);
    INSERT INTO tenants VALUES ('acme', 'free', 5, NULL), ('beta', 'pro', 5, 'acme'),
      ('šalamoun', 'free', 9, NULL), ('nobody', NULL, NULL, 'nobody'), (NULL, 'free', 5, NULL),
      ('x'' OR true --', 'weird''"$1', 1, NULL);
    CREATE TABLE crowd AS SELECT n::text AS id, 'free' AS plan FROM generate_series(1, 5001) n`);
  tables = new UnitTables(() => Promise.resolve(openTargetPostgres(database.url)));
});

afterAll(async () => {
  await admin?.end();
  await database?.drop();
});

function policyOf(rings: readonly Ring[], from: Policy['unit']['from']): Policy {
  const unit = { key: 'tenantId', columns: {}, without: 'old' } as const;
  return policyWith({ rings, unit: from === undefined ? unit : { ...unit, from } });
}

const where = (condition: Ring['where'] & {}): Ring => ({
  name: 'ring',
  units: [],
  where: condition,
});
const from = { table: 'tenants', id: 'id' };

async function unitsWhere(condition: Ring['where'] & {}): Promise<readonly string[] | undefined> {
  return (await tables.freeze(policyOf([where(condition)], from))).rings[0]?.units;
}

describe('the grants of a target', () => {
  it('hold the right to read the unit table, where a policy asks it', async () => {
    const inspection = new TargetInspection(
      () => Promise.resolve(openTargetPostgres(database.url)),
      null,
    );
    // Something that is still to be done: what has been carried out needs no right any more.
    const migration = {
      ...policyWith().schemaMigration,
      operations: [{ operation: 'dropTable', table: 'crowd' } as const],
    };
    const about = { migration, backup: null };
    const role = 'crossfade_nobody';
    const read = `GRANT SELECT ON TABLE "public"."tenants" TO "${role}"`;
    const grantsFor = async (unitTable: string | null) =>
      (await inspection.grants('users-db', role, [{ ...about, unitTable }])).grants;
    expect(await grantsFor('tenants')).toContainEqual(
      expect.objectContaining({ sql: read, held: false }),
    );
    expect((await grantsFor(null)).map(({ sql }) => sql)).not.toContain(read);
  });
});

describe('the unit table of a target', () => {
  it('knows who meets a condition: all columns, one of the texts each', async () => {
    expect(await unitsWhere({ plan: ['free'] })).toEqual(['acme', 'šalamoun']);
    expect(await unitsWhere({ plan: ['free', 'pro'], seats: ['5'] })).toEqual(['acme', 'beta']);
  });

  it('takes a value for a value, whatever stands in it', async () => {
    expect(await unitsWhere({ plan: [`weird'"$1`] })).toEqual(["x' OR true --"]);
    await expect(unitsWhere({ plan: ["x' OR true --"] })).rejects.toMatchObject({
      code: 'refused',
    });
  });

  it('knows who moves together', async () => {
    const frozen = await tables.freeze(policyOf([], { ...from, together: 'parent' }));
    expect(frozen.groups).toEqual([['acme', 'beta']]);
  });

  it('is frozen with what it said, and asked anew by the next attempt', async () => {
    const policy = policyOf([where({ plan: ['late'] })], from);
    await admin.query(`INSERT INTO tenants VALUES ('late-1', 'late')`);
    const first = await tables.freeze(policy);
    await admin.query(`INSERT INTO tenants VALUES ('late-2', 'late')`);
    const second = await tables.freeze(policy);
    expect(first.rings[0]?.units).toEqual(['late-1']);
    expect(second.rings[0]?.units).toEqual(['late-1', 'late-2']);
    expect(second.revision).not.toBe(first.revision);
  });

  it.each([
    ['a table that is not there', { table: 'nowhere', id: 'id' }, 'table nowhere on users-db'],
    ['a ring with too many units', { table: 'crowd', id: 'id' }, 'more than 5000 units'],
  ])('refuses %s, by name', async (_, source, said) => {
    const frozen = tables.freeze(policyOf([where({ plan: ['free'] })], source));
    await expect(frozen).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(said),
    });
  });

  it('is not asked where nobody needs it', async () => {
    const none = new UnitTables(() => Promise.reject(new Error('connected')));
    const policy = policyOf([{ name: 'ring', units: ['acme'] }], from);
    expect(await none.freeze(policy)).toBe(policy);
    expect(await none.units(policyOf([], undefined))).toBeNull();
    expect(await tables.units(policy)).toContain('šalamoun');
  });
});
