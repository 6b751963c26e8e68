import { Buffer } from 'node:buffer';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32, utf8 } from './crc32.ts';
import { flywaySum } from './flyway-file.ts';
import { foreignMigrations, foreignStatements } from './foreign-file.ts';

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

  it.each(['V__a.sql', 'v1__a.sql', 'V1_a.sql', 'notes.sql'])('%s is none', (name) => {
    expect(() => only(name, 'SELECT 1')).toThrow("is neither Flyway's");
  });
});

describe('formatted SQL changelogs', () => {
  const text = `--liquibase formatted sql
--changeset ada:1
CREATE TABLE a (b int);
--rollback DROP TABLE a;
--changeset ada:"two words" runOnChange:true
-- as it is
SELECT 2;
--changeset ada:3 splitStatements:false
SELECT 3;`;
  const found = foreignMigrations([{ name: 'db/a.sql', text }]);

  it('hold changesets by author and id, in their order', () => {
    expect(found.map(({ key, version, sql }) => [key, version, sql])).toEqual([
      ['ada::1', '1', 'CREATE TABLE a (b int);'],
      ['ada::two words', null, '-- as it is\nSELECT 2;'],
      ['ada::3', '3', 'SELECT 3;'],
    ]);
    expect(found[0]?.sum).toEqual({ kind: 'md5', of: 'CREATETABLEa(bint);' });
  });

  it('are left to Liquibase where they say what only that understands', () => {
    expect(foreignStatements(found[0] as never)).toEqual(['CREATE TABLE a (b int)']);
    expect(() => foreignStatements(found[2] as never)).toThrow('it says splitStatements');
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

  it('go by the name that they give themselves', () => {
    const text = classOf('').replace('{\n', "{\n  name = 'Other1772442891000'\n");
    expect(only('a.ts', text).key).toBe('Other1772442891000');
  });
});
