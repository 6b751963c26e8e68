import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { dollarQuoted } from './dollar-quoted.ts';
import { emittedFile, type EmitTool } from './emitted-file.ts';
import type { EmittedPart, TriedMigration } from './tried-migration.ts';

const at = 1_795_219_200_000;

const tried: TriedMigration = {
  expand: ['CREATE VIEW "v1"."a" AS SELECT 1', 'GRANT SELECT ON "v1"."a" TO "o""d\'d"'],
  movements: [{ place: 'a.b', bound: 'BOUND', fill: 'FILL', compare: 'COMPARE' }],
  index: ['CREATE INDEX c ON a (b)'],
  contract: [`SELECT '\\d $s$ \`\${x}\`'`],
  retire: ['RETIRE', 'REVOKE SELECT (b) ON a FROM PUBLIC'],
};

function file(tool: EmitTool, part: EmittedPart, name = 'users-v1.2-birthdate', sql = tried) {
  const migration = { name, from: 'v1', to: 'v2', schema: 'public', operations: [] };
  return emittedFile({ migration, checksum: 'abc', tried: sql, part, tool }, at);
}

describe('an emitted migration', () => {
  it.each([
    ['sql', 'all', 'users-v1.2-birthdate.sql'],
    ['sql', 'contract', 'users-v1.2-birthdate-contract.sql'],
    ['flyway', 'expand', 'V1795219200000__users_v1_2_birthdate_expand.sql'],
    ['typeorm', 'expand', '1795219200000-users-v1.2-birthdate-expand.ts'],
  ] as const)('for %s, part %s, is called %s', (tool, part, name) => {
    expect(file(tool, part).name).toBe(name);
  });

  it.each([
    ['users-v1.2-birthdate', 'UsersV12Birthdate1795219200000'],
    ['2fa', 'M2fa1795219200000'],
  ])('of %s is the class %s', (name, is) => {
    expect(file('typeorm', 'all', name).text).toContain(`export class ${is} implements`);
  });

  it('holds the statements of its part alone', () => {
    const has = (part: EmittedPart) => {
      const { text } = file('sql', part);
      const parts = ['CREATE VIEW', 'FILL', 'CREATE INDEX c', '\\d', 'RETIRE'];
      return parts.map((one) => text.includes(one));
    };
    expect(has('expand')).toEqual([true, true, true, false, false]);
    expect(has('contract')).toEqual([false, false, false, true, false]);
    expect(has('all')).toEqual([true, true, true, true, false]);
  });

  it('asks for a role before it gives it a right', () => {
    const { text } = file('sql', 'expand');
    expect(text).toContain(`rolname = 'o"d''d') THEN EXECUTE $s$GRANT SELECT`);
    const { text: down } = file('typeorm', 'expand');
    expect(down).toContain('  EXECUTE $s$REVOKE SELECT (b) ON a FROM PUBLIC$s$;');
  });

  it('takes the views of `up` away on the way back', () => {
    expect(file('typeorm', 'expand').text).toContain('DROP VIEW IF EXISTS "v1"."a"');
  });

  it('is valid TypeScript whatever the SQL holds, and the same SQL', () => {
    const { text } = file('typeorm', 'contract');
    const [, literal = ''] = /async up[^`]*(`(?:\\[^]|[^\\`])*`)/.exec(text) ?? [];
    const sql: unknown = runInNewContext(literal);
    const same = file('sql', 'contract').text.replaceAll('sql as', 'typeorm as');
    expect(same.endsWith(String(sql))).toBe(true);
    expect(sql).toContain("$s2$SELECT '\\d $s$ `${x}`'$s2$");
  });
});

describe('a text between dollar signs', () => {
  it('has a tag that does not stand in it', () => {
    expect(dollarQuoted('a', 's')).toBe('$s$a$s$');
    expect(dollarQuoted('$s$ $s2$', 's')).toBe('$s3$$s$ $s2$$s3$');
  });
});
