import fc from 'fast-check';
import type { Operation } from '../../src/core/schema-migration/operation.ts';

/** An operation, and what an administrator would write for it if nobody used the tables. */
export interface Drawn {
  readonly operation: Operation;
  readonly plain: string;
  /** What no other operation of the migration may change. */
  readonly takes: readonly string[];
}

const onPeople = { table: 'people' } as const;

/** In the order in which the plain statements would work: names change last. */
export const CANDIDATES: readonly Drawn[] = [
  {
    operation: {
      ...onPeople,
      operation: 'addColumn',
      column: 'birthdate',
      type: 'date',
      up: 'dob::date',
      down: { dob: `to_char(birthdate, 'YYYY-MM-DD')` },
    },
    plain: `ALTER TABLE people ADD COLUMN birthdate date; UPDATE people SET birthdate = dob::date; ALTER TABLE people DROP COLUMN dob`,
    takes: ['dob'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'changeType',
      column: 'age',
      type: 'bigint',
      up: 'age::bigint',
      down: 'age::integer',
    },
    plain: 'ALTER TABLE people ALTER COLUMN age TYPE bigint',
    takes: ['age'],
  },
  {
    operation: { ...onPeople, operation: 'dropColumn', column: 'age' },
    plain: 'ALTER TABLE people DROP COLUMN age',
    takes: ['age'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'setNotNull',
      column: 'given',
      up: `coalesce(given, 'nobody')`,
    },
    // What the new version left out while both lived goes on being filled.
    plain: `UPDATE people SET given = 'nobody' WHERE given IS NULL; ALTER TABLE people ALTER COLUMN given SET NOT NULL,
      ALTER COLUMN given SET DEFAULT coalesce(NULL, 'nobody')`,
    takes: ['given'],
  },
  {
    operation: { ...onPeople, operation: 'dropColumn', column: 'gone', down: `'g' || id` },
    plain: 'ALTER TABLE people DROP COLUMN gone',
    takes: ['gone'],
  },
  {
    operation: { ...onPeople, operation: 'setDefault', column: 'note', default: `'fresh'` },
    plain: `ALTER TABLE people ALTER COLUMN note SET DEFAULT 'fresh'`,
    takes: ['default of note'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'addColumn',
      column: 'vip',
      type: 'boolean',
      notNull: true,
      default: 'false',
    },
    plain: 'ALTER TABLE people ADD COLUMN vip boolean NOT NULL DEFAULT false',
    takes: ['vip'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'splitTable',
      into: 'homes',
      key: { id: 'person_id' },
      columns: [
        { column: 'street', to: 'street' },
        { column: 'city', to: 'town' },
      ],
      foreignKey: true,
    },
    plain: `CREATE TABLE homes (person_id bigint PRIMARY KEY, street text, town text);
      INSERT INTO homes SELECT id, street, city FROM people WHERE street IS NOT NULL OR city <> '';
      ALTER TABLE homes ADD FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE;
      GRANT SELECT, INSERT, UPDATE, DELETE ON homes TO crossfade_test_app;
      ALTER TABLE people DROP COLUMN street, DROP COLUMN city`,
    takes: ['street', 'city'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'splitList',
      column: 'phones',
      into: 'phones',
      key: { id: 'person_id' },
      position: 'nr',
      to: 'phone',
      type: null,
      up: null,
      down: null,
      missing: null,
      foreignKey: true,
    },
    plain: `CREATE TABLE phones (person_id bigint, nr integer, phone text, PRIMARY KEY (person_id, nr));
      INSERT INTO phones SELECT id, o.nr, o.phone FROM people, unnest(phones) WITH ORDINALITY o(phone, nr);
      ALTER TABLE phones ADD FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE;
      GRANT SELECT, INSERT, UPDATE, DELETE ON phones TO crossfade_test_app;
      ALTER TABLE people DROP COLUMN phones`,
    takes: ['phones'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'createIndex',
      name: 'people_street',
      method: 'btree',
      parts: [{ column: 'street', expression: null, opclass: null, order: 'desc', nulls: 'last' }],
      include: ['city'],
      where: `city <> ''`,
    },
    plain: `CREATE INDEX people_street ON people (street DESC NULLS LAST) INCLUDE (city) WHERE city <> ''`,
    takes: ['street', 'city'],
  },
  {
    operation: { ...onPeople, operation: 'dropIndex', index: 'people_note' },
    plain: 'DROP INDEX people_note',
    takes: ['people_note'],
  },
  {
    operation: {
      operation: 'addColumn',
      table: 'visits',
      column: 'mark',
      type: 'text',
      notNull: false,
      default: null,
    },
    plain: 'ALTER TABLE visits ADD COLUMN mark text',
    takes: ['mark'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'mergeTables',
      from: 'bios',
      key: { id: 'person_id' },
      columns: [
        { column: 'bio', to: 'bio' },
        { column: 'lang', to: 'language' },
      ],
    },
    plain: `ALTER TABLE people ADD COLUMN bio text COLLATE "C", ADD COLUMN language text;
      UPDATE people SET bio = b.bio, language = b.lang FROM bios b WHERE b.person_id = id; DROP TABLE bios`,
    takes: ['bios'],
  },
  {
    operation: {
      operation: 'changeType',
      table: 'visits',
      column: 'stay',
      type: 'text',
      up: `stay || ' mins'`,
      down: `split_part(stay, ' ', 1)::integer`,
    },
    plain: `ALTER TABLE visits ALTER COLUMN stay TYPE text USING stay || ' mins'`,
    takes: ['stay'],
  },
  {
    operation: { operation: 'dropTable', table: 'lost' },
    plain: 'DROP TABLE lost',
    takes: ['lost'],
  },
  {
    operation: {
      operation: 'createTable',
      table: 'tags',
      columns: [{ name: 'id', type: 'integer', notNull: true, default: null }],
      primaryKey: ['id'],
    },
    plain: 'CREATE TABLE tags (id integer PRIMARY KEY)',
    takes: ['tags'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'sql',
      also: ['visits'],
      expand: `ALTER TABLE people ADD COLUMN seen date; COMMENT ON TABLE visits IS 'seen'`,
      contract: `COMMENT ON COLUMN people.seen IS 'kept'`,
      down: 'ALTER TABLE people DROP COLUMN seen; COMMENT ON TABLE visits IS NULL',
    },
    plain: `ALTER TABLE people ADD COLUMN seen date; COMMENT ON TABLE visits IS 'seen'; COMMENT ON COLUMN people.seen IS 'kept'`,
    // Contract knows the table by the name that it has in the end.
    takes: ['seen', 'people'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'dropNotNull',
      column: 'city',
      down: `coalesce(city, 'nowhere')`,
    },
    plain: 'ALTER TABLE people ALTER COLUMN city DROP NOT NULL',
    takes: ['city'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'addCheck',
      name: 'people_street_short',
      check: 'length(street) < 50',
      enforce: 'contract',
      replaces: null,
    },
    plain: 'ALTER TABLE people ADD CONSTRAINT people_street_short CHECK (length(street) < 50)',
    takes: ['street'],
  },
  {
    operation: {
      ...onPeople,
      operation: 'addUnique',
      name: 'people_id_gone',
      columns: ['id', 'gone'],
      include: [],
      nulls: 'distinct',
      enforce: 'contract',
    },
    plain: 'ALTER TABLE people ADD CONSTRAINT people_id_gone UNIQUE (id, gone)',
    takes: ['gone'],
  },
  {
    operation: {
      operation: 'addForeignKey',
      table: 'bios',
      name: 'bios_person',
      columns: ['person_id'],
      references: { schema: null, table: 'people', columns: ['id'] },
      onDelete: 'cascade',
      onUpdate: 'cascade',
      enforce: 'contract',
    },
    plain: `ALTER TABLE bios ADD CONSTRAINT bios_person FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE ON UPDATE CASCADE`,
    takes: ['bios'],
  },
  {
    operation: { ...onPeople, operation: 'renameColumn', column: 'note', to: 'remark' },
    plain: 'ALTER TABLE people RENAME COLUMN note TO remark',
    takes: ['name of note'],
  },
  {
    operation: { operation: 'renameColumn', table: 'visits', column: 'place', to: 'site' },
    plain: 'ALTER TABLE visits RENAME COLUMN place TO site',
    takes: ['place'],
  },
  {
    operation: { operation: 'renameTable', table: 'visits', to: 'calls' },
    plain: 'ALTER TABLE visits RENAME TO calls',
    takes: ['visits'],
  },
  {
    operation: { ...onPeople, operation: 'renameTable', to: 'persons' },
    plain: 'ALTER TABLE people RENAME TO persons',
    takes: ['people'],
  },
];

/** As many of these as can go together: each takes what it changes from those behind it. */
export function together(drawn: readonly Drawn[]): readonly Drawn[] {
  const taken = new Set<string>();
  return drawn.filter(({ takes }) => {
    const isFree = takes.every((one) => !taken.has(one));
    if (isFree) for (const one of takes) taken.add(one);
    return isFree;
  });
}

/** Some of them, none of which is in another's way. */
export const drawnOperations: fc.Arbitrary<readonly Drawn[]> = fc
  .subarray([...CANDIDATES], { minLength: 1, maxLength: 9 })
  .map((drawn) => together(drawn));
