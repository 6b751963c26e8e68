import { parse } from 'yaml';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { operationsSchema } from '../../src/language/kinds/operation.ts';
import { operationsOf } from '../../src/language/resolve/operation-of.ts';

/** Tables with `rows` rows each, wide and narrow, with statistics and nothing left for a vacuum. */
export const tablesOf = (rows: number): string => `
  CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO tenants SELECT n, 'tenant ' || n FROM generate_series(0, 499) n;
  CREATE TABLE users (id bigint PRIMARY KEY, tenant int NOT NULL, name text NOT NULL, nick text, email text NOT NULL,
    dob text, age int NOT NULL, cents numeric(12, 2) NOT NULL, seen timestamp NOT NULL, state varchar(20) NOT NULL,
    street text NOT NULL, zip text NOT NULL, profile jsonb NOT NULL, tags text[] NOT NULL);
  INSERT INTO users SELECT n, n % 500, md5(n::text), CASE WHEN n % 3 > 0 THEN 'n' || n END, n || '@example.com',
    to_char(date '1950-01-01' + n % 20000, 'YYYY-MM-DD'), n % 90, (n % 1000) + 0.25, timestamp '2020-01-01' + n % 90000 * interval '1 minute',
    'new', 'street ' || n, (n % 90000)::text, jsonb_build_object('locale', 'l' || n % 40, 'theme', 'dark'),
    ARRAY['t' || n % 7, 'u' || n % 11] FROM generate_series(1, ${rows}) n;
  CREATE INDEX users_email ON users (email);
  CREATE TABLE addresses (user_id bigint PRIMARY KEY, city text, country text);
  INSERT INTO addresses SELECT n, 'city ' || n % 900, 'c' || n % 60 FROM generate_series(1, ${rows}) n;
  CREATE TABLE events (device bigint NOT NULL UNIQUE, at timestamptz NOT NULL, kind int NOT NULL, note text);
  INSERT INTO events SELECT n, timestamptz '2020-01-01' + n * interval '1 second', n % 9, 'note ' || n FROM generate_series(1, ${rows}) n;`;

/** What people change, as they write it. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  'column from text': `addColumn: { table: users, column: born, type: date, up: 'dob::date', down: { dob: "to_char(born, 'YYYY-MM-DD')" } }`,
  'column from JSON': `addColumn: { table: users, column: locale, type: text, feeds: { profile: locale } }`,
  'column from a narrow table': `addColumn: { table: events, column: sort, type: text, up: 'kind::text', down: { kind: 'sort::int' } }`,
  'column of its own': `addColumn: { table: users, column: motto, type: text }`,
  'column with a default': `addColumn: { table: users, column: visits, type: int, notNull: true, default: '0' }`,
  'int to bigint': `changeType: { table: users, column: age, type: bigint, up: 'age::bigint', down: 'age::int' }`,
  'text to integer': `changeType: { table: users, column: zip, type: integer, up: 'zip::integer', down: 'zip::text' }`,
  'numeric to bigint': `changeType: { table: users, column: cents, type: bigint, up: '(cents * 100)::bigint', down: '(cents / 100.0)::numeric(12, 2)' }`,
  'timestamp to timestamptz': `changeType: { table: users, column: seen, type: timestamptz, up: "seen AT TIME ZONE 'UTC'", down: "seen AT TIME ZONE 'UTC'" }`,
  'varchar to text': `changeType: { table: users, column: state, type: text, up: 'state::text', down: 'state::varchar(20)' }`,
  'type in a narrow table': `changeType: { table: events, column: kind, type: bigint, up: 'kind::bigint', down: 'kind::int' }`,
  'type of an indexed column': `changeType: { table: users, column: email, type: varchar(200), up: 'email::varchar(200)', down: 'email::text' }`,
  'not null': `setNotNull: { table: users, column: nick, up: "coalesce(nick, '')" }`,
  'not null any more': `dropNotNull: { table: users, column: street, down: "coalesce(street, '')" }`,
  'column dropped': `dropColumn: { table: users, column: nick }`,
  'column renamed': `renameColumn: { table: users, column: name, to: full_name }`,
  'default set': `setDefault: { table: users, column: state, default: "'old'" }`,
  'table created': `createTable: { table: visits, columns: [{ name: id, type: bigint, notNull: true }], primaryKey: [id] }`,
  'table dropped': `dropTable: { table: events }`,
  'table renamed': `renameTable: { table: events, to: happenings }`,
  'check at contract': `addCheck: { table: users, name: age_positive, check: 'age >= 0' }`,
  'check at expand': `addCheck: { table: users, name: age_positive, check: 'age >= 0', enforce: expand }`,
  'foreign key at contract': `addForeignKey: { table: users, name: users_tenant, columns: [tenant], references: { table: tenants, columns: [id] } }`,
  'foreign key at expand': `addForeignKey: { table: users, name: users_tenant, columns: [tenant], references: { table: tenants, columns: [id] }, enforce: expand }`,
  unique: `addUnique: { table: users, name: users_email_key, columns: [email] }`,
  'primary key': `addPrimaryKey: { table: events, columns: [device, at] }`,
  index: `createIndex: { table: users, name: users_by_dob, columns: [dob] }`,
  'index over some rows': `createIndex: { table: users, name: users_by_nick, columns: [tenant, nick], where: nick IS NOT NULL }`,
  'index dropped': `dropIndex: { table: users, index: users_email }`,
  'table split': `splitTable: { table: users, into: homes, key: { id: user_id }, columns: [{ column: street, to: street, missing: "''" }, { column: zip, to: zip, missing: "''" }] }`,
  'tables merged': `mergeTables: { table: users, from: addresses, key: { id: user_id }, columns: [city, country] }`,
};

export function migrationOf(operation: string): SchemaMigration {
  return {
    name: 'forecast',
    from: 'forecast_v1',
    to: 'forecast_v2',
    schema: 'public',
    operations: operationsOf(operationsSchema.parse(parse(`- ${operation}`))),
  };
}
