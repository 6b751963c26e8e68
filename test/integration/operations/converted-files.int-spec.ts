import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { beforeMigrations, migrationFor, statementsOf } from '../../support/converted-file.ts';
import { rowsOf, schemaOf } from '../../support/schema-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { APP_ROLE } from '../../support/users-target.ts';

type Facts = Readonly<Record<string, unknown>>;

/** Schema and values, each thing under a name of its own. */
async function factsOf(client: pg.Client): Promise<Facts> {
  const schema = await schemaOf(client);
  const tables = Object.keys(schema).filter((name) => /^\w+$/.test(name));
  const facts: Record<string, unknown> = { ...schema };
  for (const table of tables) {
    const rows = (await rowsOf(client, table)) as readonly Facts[];
    for (const name of Object.keys(rows[0] ?? {})) {
      facts[`values of ${table}.${name}`] = rows.map((row) => row[name]);
    }
  }
  return facts;
}

/** What the files' own statements leave behind. */
async function asWritten(files: readonly string[]): Promise<Facts> {
  const shop = await ShopTarget.on(beforeMigrations, []);
  try {
    for (const sql of (await Promise.all(files.map(statementsOf))).flat()) await shop.admin(sql);
    return await factsOf(shop.target.admin);
  } finally {
    await shop.close();
  }
}

/** What the operations leave behind that `init` makes of them. */
async function asConverted(files: readonly string[]): Promise<Facts> {
  const migrations = await Promise.all(files.map(migrationFor));
  const operations = migrations.flatMap((one) => one.operations);
  const shop = await ShopTarget.on(beforeMigrations, operations);
  try {
    const last = await shop.run('expand', 'backfill', 'verify', 'contract');
    expect([last.status, last.reason]).toEqual(['done', null]);
    return await factsOf(shop.target.admin);
  } finally {
    await shop.close();
  }
}

/** What is not the same, by name, as both have it. */
function differences(written: Facts, converted: Facts): Readonly<Record<string, unknown>> {
  const names = [...new Set([...Object.keys(written), ...Object.keys(converted)])];
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(written[name]) !== JSON.stringify(converted[name]))
      .toSorted()
      .map((name) => [name, [written[name], converted[name]]]),
  );
}

/** Files that change different things, run together; what is not the same is said in a doubt of theirs. */
const together: readonly (readonly [readonly string[], Readonly<Record<string, unknown>>])[] = [
  [
    [
      'V8.1__newsletter.sql',
      'V9__visits.sql',
      'add-column-of-who.sql',
      'add-nullable-column.sql',
      'amount-as-numeric.sql',
      'birthdate.sql',
      'comments-and-grants.sql',
      'create-session.ts',
      'drop-index.sql',
      'phone-required.sql',
    ],
    {
      // serial becomes an identity.
      'session.id': [`integer -   nextval('session_id_seq'::regclass)`, 'integer - d '],
      // What leaves it out gets what stands for NULL.
      'users.phone': ['text "default"  ', `text "default"   COALESCE(NULL::text, ''::text)`],
    },
  ],
  [
    [
      'addresses.sql',
      'amount-in-cents.sql',
      'contact.sql',
      'country-of-profile.sql',
      'currency-default.sql',
      'nickname-optional.sql',
      'plan-without-default.sql',
      'touched-by-trigger.sql',
    ],
    {
      // A table that columns move to has the rights of the one that they come from.
      [`addresses to ${APP_ROLE}`]: [undefined, 'DELETE INSERT SELECT UPDATE'],
      'users.contact not null': ['', undefined],
      'users: users_contact_not_null': [undefined, 'CHECK ((contact IS NOT NULL))'],
    },
  ],
  [
    [
      'amount-is-positive.sql',
      'another-check.sql',
      'drop-column.sql',
      'indexes-of-all-kinds.sql',
      'one-email-each.sql',
      'order-belongs-to-user.ts',
      'first-and-last-name.sql',
      'rename-table.sql',
    ],
    {
      // A name that is taken until contract.
      'orders: orders_note_check': ['CHECK ((length(note) < 200))', undefined],
      'orders: orders_note_check_new': [undefined, 'CHECK ((length(note) < 200))'],
      // Two columns are parts of it, so it stays.
      'users.name': [undefined, 'text "default"  '],
      'users.name not null': [undefined, ''],
      'values of users.name': [undefined, expect.any(Array)],
    },
  ],
  [['view-of-payers.sql'], {}],
  [
    [
      'add-camel-case.ts',
      'lower-case-email.sql',
      'orders-lead-to-users.sql',
      'rename-column.sql',
      'repair-and-check.sql',
      'status-as-number.sql',
    ],
    {},
  ],
  [
    ['unique-index.sql', 'unnamed-constraints.sql', 'widen-order-amount.ts'],
    { 'users: users_tenant_email': [undefined, 'UNIQUE (tenant_id, email)'] },
  ],
];

describe('what init makes of migration files', () => {
  it.each(together)('leaves behind what they would: %j', async (files, known) => {
    expect(differences(await asWritten(files), await asConverted(files))).toEqual(known);
  });
});
