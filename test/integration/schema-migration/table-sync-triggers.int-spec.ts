import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SplitTable } from '../../../src/core/schema-migration/moving-operations.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const SPLIT: SplitTable = {
  operation: 'splitTable',
  table: 'users',
  into: 'addresses',
  key: {},
  columns: [
    { column: 'street', to: 'street' },
    { column: 'city', to: 'city' },
  ],
  foreignKey: false,
};

describe('the sync of two tables beside triggers of the application', () => {
  let shop: ShopTarget;

  beforeEach(async () => {
    shop = await ShopTarget.on(
      `CREATE TABLE users (id integer PRIMARY KEY, name text, street text, city text);
       INSERT INTO users VALUES (1, 'a', 'old street', 'Ulm'), (2, 'b', 'other street', 'Bonn')`,
      [SPLIT],
    );
  });
  afterEach(() => shop.close());

  /** A trigger of the application's, made before expand, or after it on the new table. */
  const trigger = (table: string, when: string, body: string) =>
    shop.admin(
      `CREATE FUNCTION app_${table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN ${body} END $$;
       CREATE TRIGGER app ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION app_${table}()`,
    );
  const both = async (id = 1) =>
    (
      await shop.admin(`SELECT u.street, u.city, a.street AS "newStreet", a.city AS "newCity"
        FROM users u LEFT JOIN addresses a USING (id) WHERE id = ${id}`)
    )[0];
  const kinds = async () => (await shop.target.quarantine()).map(({ kind }) => kind);

  it('hears what a trigger does to the row that the sync itself is writing', async () => {
    await shop.run('expand', 'backfill');
    // Set off by the sync's own write to addresses, it writes the old table again.
    await trigger(
      'addresses',
      'AFTER UPDATE',
      `UPDATE public.users SET city = upper(NEW.city) WHERE id = NEW.id AND city <> upper(NEW.city); RETURN NULL;`,
    );
    await shop.app(`UPDATE shop_v1.users SET city = 'Jena' WHERE id = 1`);
    expect(await both()).toMatchObject({ city: 'JENA', newCity: 'JENA' });
  });

  it('carries what a trigger made of a row after it was written', async () => {
    await trigger(
      'users',
      'AFTER UPDATE',
      `IF NEW.street <> 'again' THEN UPDATE public.users SET street = 'again' WHERE id = NEW.id; END IF; RETURN NULL;`,
    );
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET street = 'once' WHERE id = 1`);
    expect(await both()).toMatchObject({ street: 'again', newStreet: 'again' });
  });

  it('keeps what a trigger puts in the place of a row that goes', async () => {
    await shop.run('expand', 'backfill');
    await trigger(
      'addresses',
      'AFTER DELETE',
      `INSERT INTO public.addresses VALUES (OLD.id, 'none', OLD.city); RETURN NULL;`,
    );
    await shop.app('DELETE FROM shop_v2.addresses WHERE id = 1');
    expect(await both()).toMatchObject({ street: 'none', newStreet: 'none' });
  });

  it('carries what one trigger writes to the other table of another row', async () => {
    await trigger(
      'users',
      'AFTER UPDATE',
      `UPDATE public.addresses SET city = 'moved' WHERE id = NEW.id + 1 AND city <> 'moved'; RETURN NULL;`,
    );
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET city = 'Jena' WHERE id = 1`);
    expect([await both(1), await both(2)]).toMatchObject([
      { city: 'Jena', newCity: 'Jena' },
      { city: 'moved', newCity: 'moved' },
    ]);
  });

  it('records it when a trigger of the old table writes something else', async () => {
    await trigger('users', 'BEFORE UPDATE', `NEW.city := upper(NEW.city); RETURN NEW;`);
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.addresses SET city = 'Jena' WHERE id = 1`);
    expect(await both()).toMatchObject({ city: 'JENA', newCity: 'Jena' });
    expect(await kinds()).toEqual(['loss']);
  });

  it('never fails a write of the new side when a trigger of the old table does', async () => {
    await trigger('users', 'BEFORE UPDATE', `RAISE 'not on a sunday';`);
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.addresses SET city = 'Jena' WHERE id = 1`);
    expect(await both()).toMatchObject({ city: 'Ulm', newCity: 'Jena' });
    expect(await shop.target.quarantine()).toMatchObject([
      { kind: 'error', direction: 'down', message: 'not on a sunday' },
    ]);
  });

  it('never fails a write of the new side when a unique index of the old table does', async () => {
    await shop.admin('CREATE UNIQUE INDEX ON users (street) WHERE name IS NOT NULL');
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.addresses SET street = 'other street' WHERE id = 1`);
    expect(await both()).toMatchObject({ street: 'old street', newStreet: 'other street' });
    expect(await shop.target.quarantine()).toMatchObject([
      { kind: 'error', direction: 'down', message: expect.stringContaining('duplicate key') },
    ]);
  });

  it('lets a trigger of the old table work under the writer’s own settings', async () => {
    await shop.admin('CREATE TABLE log (path text)');
    await trigger(
      'users',
      'BEFORE UPDATE',
      `INSERT INTO public.log VALUES (current_setting('search_path')); RETURN NEW;`,
    );
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.addresses SET city = 'Jena' WHERE id = 1`);
    expect(await shop.admin('SELECT path FROM log')).toEqual([{ path: '""' }]);
  });
});
