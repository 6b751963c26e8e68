import { describe, expect, it } from '@jest/globals';
import { parseDocuments } from './parse-documents.ts';
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

const service = (name: string, target: string) =>
  file(
    `${name}.yaml`,
    `kind: Service
metadata: { name: ${name} }
spec: { target: ${target}, atLeast: 1, statements: [{ sql: SELECT ${name.length} FROM users }] }
`,
  );
const ran = (length: number) => ({ sql: `SELECT ${length} FROM users`, calls: null });

describe('what services list', () => {
  const policy = file(
    'p.yaml',
    `kind: RolloutPolicy
metadata: { name: users-rollout }
spec: { services: [{ name: users-api }], schemaMigration: users-v2, route: none }
`,
  );
  const services = [service('users-api', 'production'), service('batch', 'production')];
  const listed = (...files: readonly (typeof inline)[]) =>
    readMigrations(files).map((one) => one.listed);

  it('belongs to the migration of the policy that names them, in it or beside it', () => {
    expect(listed(inline, ...services)).toEqual([[ran(9)]]);
    expect(listed(declared, policy, ...services)).toEqual([[ran(9)]]);
  });

  it('is that of all who use the target where no policy carries the migration out', () => {
    expect(listed(declared, ...services, service('other', 'staging'))).toEqual([[ran(9), ran(5)]]);
    expect(listed(declared)).toEqual([[]]);
  });

  it('may stand in documents that are stored, and holds as the files have it', () => {
    const stored = parseDocuments([policy, ...services]).documents;
    expect(readMigrations([declared], stored)[0]?.listed).toEqual([ran(9)]);
    const text = services[0]?.text.replace('SELECT 9', 'SELECT 8') ?? '';
    const [found] = readMigrations([declared, { name: 'u.yaml', text }], stored);
    expect(found?.listed).toEqual([ran(8)]);
  });
});

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
