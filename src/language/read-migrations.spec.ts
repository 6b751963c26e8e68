import { describe, expect, it } from '@jest/globals';
import { readMigrations } from './read-migrations.ts';

const operation =
  '{ addColumn: { table: users, column: birthdate, type: date, up: dob::date, down: { dob: birthdate::text } } }';
const file = (name: string, text: string) => ({ name, text: `apiVersion: crossfade/v1\n${text}` });

const declared = file(
  'a.yaml',
  `kind: SchemaMigration
metadata: { name: users-v2 }
spec: { target: production, from: users_v1, to: users_v2, operations: [${operation}] }
`,
);
const inline = file(
  'b.yaml',
  `kind: RolloutPolicy
metadata: { name: users-birthdate }
spec: { service: users-api, change: [${operation}], route: none }
`,
);

describe('the schema migrations of some files', () => {
  it('are those of their own and those that policies write, in the order of the files', () => {
    const found = readMigrations([inline, declared]);
    const said = found.map(({ target, migration: { name, from, to, schema } }) => {
      return [name, from, to, schema, target];
    });
    expect(said).toEqual([
      ['users-birthdate', 'users_birthdate_old', 'users_birthdate_new', 'public', null],
      ['users-v2', 'users_v1', 'users_v2', 'public', 'production'],
    ]);
    expect(found[1]?.migration.operations).toEqual(found[0]?.migration.operations);
  });

  it('need no target and no service at hand', () => {
    expect(readMigrations([declared])).toHaveLength(1);
  });

  it.each([
    ['is misspelt', declared.text.replace('table: users', 'tabel: users'), 'missing `table`'],
    ['is no YAML', 'a: [', ''],
  ])('are refused where anything %s', (_, text, message) => {
    const fault = { file: 'c.yaml', message: expect.stringContaining(message) };
    expect(() => readMigrations([inline, { name: 'c.yaml', text }])).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('nothing was carried out'),
        faults: expect.arrayContaining([expect.objectContaining(fault)]),
      }),
    );
  });

  it('are missed where there are none', () => {
    const text = 'kind: Target\nmetadata: { name: local }\nspec: { url: { env: LOCAL_DB_URL } }\n';
    expect(() => readMigrations([file('t.yaml', text)])).toThrow('hold no SchemaMigration');
  });
});
