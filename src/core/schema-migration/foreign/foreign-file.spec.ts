import { Buffer } from 'node:buffer';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32, utf8 } from './crc32.ts';
import { flywaySum } from './flyway-file.ts';
import { foreignMigrations, foreignStatements, refuseCallbacks } from './foreign-file.ts';

const only = (name: string, text: string) => {
  const [one] = foreignMigrations([{ name, text }]);
  if (one === undefined) throw new Error(`${name} holds nothing`);
  return one;
};

describe('crc32', () => {
  it('is the one that everybody knows, over texts of any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(crc32(utf8(text))).toBe(zlibCrc32(Buffer.from(text)));
      }),
    );
  });
});

describe("Flyway's files", () => {
  it('are known by their names, and run in the order of their versions', () => {
    const files = [
      'R__views.sql',
      'db/V1.10__b.sql',
      'V1.2__add_birthdate_to_users.sql',
      'V1_3__c.sql',
    ];
    const found = foreignMigrations(files.map((name) => ({ name, text: 'SELECT 1' })));
    expect(found.map(({ version, description }) => [version, description])).toEqual([
      ['1.2', 'add birthdate to users'],
      ['1.3', 'c'],
      ['1.10', 'b'],
      [null, 'views'],
    ]);
  });

  it('may be called by times of 17 digits, and have two underscores in their words', () => {
    const names = ['V20240229123045124__b.sql', 'V20240229123045123__a__2.sql', 'V3__2__x.sql'];
    const found = foreignMigrations(names.map((name) => ({ name, text: 'SELECT 1' })));
    expect(found.map(({ key, description }) => [key, description])).toEqual([
      ['V 3', '2  x'],
      ['V 20240229123045123', 'a  2'],
      ['V 20240229123045124', 'b'],
    ]);
  });

  it('lead forward, unlike undo files and callbacks; a baseline is told apart', () => {
    const aside = [
      'U1__a.sql',
      'afterMigrate.sql',
      'db/beforeEachMigrate__x.sql',
      'createSchema.sql',
    ];
    expect(foreignMigrations(aside.map((name) => ({ name, text: '' })))).toEqual([]);
    expect(only('B5__all.sql', 'SELECT 1')).toMatchObject({ key: 'B 5', isBaseline: true });
    expect(() => refuseCallbacks([{ name: 'U1__a.sql', text: '' }])).not.toThrow();
    expect(() => refuseCallbacks([{ name: 'db/afterMigrate.sql', text: '' }])).toThrow(
      'db/afterMigrate.sql is a callback, which only Flyway calls',
    );
  });

  it('have one sum whatever ends their lines, and whatever mark begins them', () => {
    // The check value of CRC-32, as a signed number of 32 bits.
    expect(flywaySum('123456789')).toBe(-873187034);
    for (const text of ['12345\n6789', '\uFEFF12345\r\n6789\r\n', '123\r45\n\n6789']) {
      expect(flywaySum(text)).toBe(-873187034);
    }
    expect(flywaySum('1234567890')).not.toBe(flywaySum('123456789'));
  });

  it('are left to Flyway where it fills in a placeholder', () => {
    const again = only('R__a.sql', 'SELECT ${schema}');
    expect(again.sum).toBeNull();
    expect(() => foreignStatements(again)).toThrow('a placeholder, which only Flyway fills in');
  });

  it('cannot be run in part', () => {
    const file = only('V1__a.sql', 'CREATE TABLE a (); CREATE INDEX CONCURRENTLY i ON a (b)');
    expect(() => foreignStatements(file)).toThrow(
      '`create index concurrently …` cannot run inside one transaction',
    );
  });

  it.each(['V__a.sql', 'v1__a.sql', 'V1_a.sql', 'notes.sql', 'createUsers.sql'])(
    '%s is none',
    (name) => {
      expect(() => only(name, 'SELECT 1')).toThrow("is neither Flyway's");
    },
  );
});

describe('formatted SQL changelogs', () => {
  const text = `--liquibase formatted sql
--changeset ada:1
CREATE TABLE a (b int);
--rollback DROP TABLE a;
--changeset ada:"two words" runOnChange:true
-- as it is
SELECT 2;
--changeset ada lovelace:3 splitStatements:false dbms:h2,postgresql
SELECT 3;
/* liquibase rollback
SELECT 'back';
*/
--ignoreLines:start
SELECT 'passed by';
--ignoreLines:end
--changeset ada:4 logicalFilePath:context/b.sql
--validCheckSum: 9:0123
SELECT 4;`;
  const found = foreignMigrations([{ name: 'db/a.sql', text }]);

  it('hold changesets by author and id, in their order', () => {
    expect(found.map(({ key, version, sql }) => [key, version, sql])).toEqual([
      ['ada::1', '1', 'CREATE TABLE a (b int);'],
      ['ada::two words', null, '-- as it is\nSELECT 2;'],
      ['ada lovelace::3', '3', 'SELECT 3;'],
      ['ada::4', '4', 'SELECT 4;'],
    ]);
    expect(found[0]?.sum).toEqual({ kind: 'md5', of: 'CREATETABLEa(bint);' });
    expect(found[3]).toMatchObject({ script: 'context/b.sql', valid: ['9:0123'] });
  });

  it('run file by file, whatever stands between them', () => {
    const log = (id: string) =>
      `--liquibase formatted sql\n--changeset ada:${id}1\nSELECT 1;\n--changeset ada:${id}2\nSELECT 2;`;
    const files = [
      { name: 'a.sql', text: log('a') },
      { name: 'V2__x.sql', text: 'SELECT 1' },
      { name: 'b.sql', text: log('b') },
      { name: 'V1__x.sql', text: 'SELECT 1' },
    ];
    expect(foreignMigrations(files).map(({ version }) => version)).toEqual([
      'a1',
      'a2',
      'b1',
      'b2',
      '1',
      '2',
    ]);
  });

  it.each([
    ['endDelimiter:/', 'SELECT 1', 'it says endDelimiter'],
    ['dbms:oracle,!h2', 'SELECT 1', 'it says dbms:oracle,!h2'],
    ['context:prod', 'SELECT 1', 'it says context'],
    ['runAlways:true', 'SELECT 1', 'it says runAlways:true'],
    ['', '--preconditions onFail:MARK_RAN\nSELECT 1', 'it has preconditions'],
    ['', '--precondition-sql-check expectedResult:0 SELECT 1\nSELECT 1', 'it has preconditions'],
    ['', 'SELECT ${table}', 'it holds a parameter'],
  ])('are left to Liquibase where they say %s %s', (attributes, sql, why) => {
    const written = only(
      'a.sql',
      `--liquibase formatted sql\n--changeset ada:1 ${attributes}\n${sql}`,
    );
    expect(() => foreignStatements(written)).toThrow(why);
  });

  it('are run by anybody where they say what goes without saying', () => {
    for (const one of found) expect(foreignStatements(one)).toHaveLength(1);
    const said = 'runInTransaction:true failOnError:true ignore:false runAlways:false';
    const written = only(
      'a.sql',
      `-- liquibase formatted sql\n-- changeset ada:1 ${said}\nSELECT 1`,
    );
    expect(foreignStatements(written)).toEqual(['SELECT 1']);
  });

  it('must name author and id', () => {
    expect(() => only('a.sql', '--liquibase formatted sql\n--changeset one')).toThrow(
      'is not AUTHOR:ID',
    );
  });
});

describe("TypeORM's classes", () => {
  const classOf = (
    up: string,
  ): string => `import type { MigrationInterface, QueryRunner } from 'typeorm';
export class AddBirthdate1772442891000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    ${up}
  }
  public async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query('DROP TABLE a'); }
}`;

  it('are known by their names, and read without being run', () => {
    const up =
      'await queryRunner.query(`ALTER TABLE "a" ADD "b" date`);\n// then\nawait queryRunner.query("SELECT \'x\'");';
    const one = only('src/1772442891000-add.ts', classOf(up));
    expect(one).toMatchObject({
      key: 'AddBirthdate1772442891000',
      version: '1772442891000',
      description: 'add birthdate',
    });
    expect(foreignStatements(one)).toEqual(['ALTER TABLE "a" ADD "b" date', "SELECT 'x'"]);
  });

  it.each([
    'await queryRunner.query(`SELECT ${a}`);',
    'await this.fill(queryRunner);',
    'if (a) {}',
  ])('are left to TypeORM when up says %s', (up) => {
    expect(() => foreignStatements(only('a.ts', classOf(up)))).toThrow(
      'does more than query plain texts',
    );
  });

  it('may be compiled, and hand a promise on', () => {
    const text = `class AddFax1700000003000 {
    up(queryRunner) {
        queryRunner.query('SELECT 1');
        return queryRunner.query('SELECT 2');
    }
    down(queryRunner) {
        return queryRunner.query('SELECT 3');
    }
}
exports.AddFax1700000003000 = AddFax1700000003000;`;
    expect(foreignStatements(only('dist/a.js', text))).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('go by the name that they give themselves', () => {
    const text = classOf('').replace('{\n', "{\n  name = 'Other1772442891000'\n");
    expect(only('a.ts', text).key).toBe('Other1772442891000');
  });
});
