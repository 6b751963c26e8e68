import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Ran, runCommand as run } from '../../../test/support/run-command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** The command on a file of this name; what it prints names the file without its folder. */
async function planned(name: string, text: string, options = ''): Promise<Ran> {
  await writeFile(join(folder, name), text);
  const ran = await run(`plan ${options}-f ${join(folder, name)}`);
  return { ...ran, out: ran.out.replaceAll(`${folder}/`, '') };
}

const rulesIn = ({ out }: Ran): readonly string[] =>
  [...out.matchAll(/^[^:]+:(\d+):\d+: \w+ ([a-z-]+)/gm)].map(([, line, rule]) => `${line} ${rule}`);

const classOf = (up: string, more = ''): string => `export class Add1772442891000 {
  ${more}
  async up(q: QueryRunner): Promise<void> {
    ${up}
  }
}`;

const quick = "await q.query(`SET lock_timeout = '50ms'`);";

describe("plan of TypeORM's classes", () => {
  it('finds the place inside of a query, behind other queries', async () => {
    const up = `${quick} await q.query(\n\`ALTER TABLE t\n  DROP a\`);\n await q.query('DROP TABLE ä');`;
    const { status, out } = await planned('1-add.ts', classOf(up));
    expect(status).toBe(1);
    expect(out).toContain('1-add.ts:5:2: error drop-column: ');
    expect(out).toContain('1-add.ts:7:17: error drop-object: ');
  });

  it('stays at the beginning of a text with escapes in it', async () => {
    const up = `${quick} await q.query("SELECT \\"a\\"; DROP TABLE t");`;
    const { out } = await planned('1-add.ts', classOf(up));
    expect(out).toMatch(/^1-add\.ts:4:64: error drop-object/);
  });

  it('knows that TypeORM begins a transaction, unless the class says otherwise', async () => {
    const up = `await q.query('CREATE INDEX CONCURRENTLY i ON t (a)');`;
    expect(rulesIn(await planned('1-add.ts', classOf(up)))).toEqual([
      '4 concurrently-in-transaction',
    ]);
    const alone = classOf(up, 'transaction = false as const;');
    expect(rulesIn(await planned('1-add.ts', alone))).toEqual([]);
  });

  it('lets nothing pass that it cannot read', async () => {
    const { status, out } = await planned('1-add.ts', classOf('await q.query(`DROP ${t}`);'));
    expect(status).toBe(1);
    expect(out).toMatch(
      /^1-add\.ts:1:8: error more-than-sql: nobody can tell what Add1772442891000/,
    );
  });

  it('says where PostgreSQL does not understand it', async () => {
    const { status, out } = await planned('1-add.ts', classOf("await q.query('SELEC 1');"));
    expect([status, out]).toEqual([2, '1-add.ts:4:20: syntax error at or near "SELEC"\n']);
  });
});

describe("plan of other tools' files", () => {
  const index = 'CREATE INDEX CONCURRENTLY i ON t (a);';

  it.each([
    [
      'a transaction around a file of Flyway',
      'V1__a.sql',
      `SELECT 1;\n${index}`,
      ['2 concurrently-in-transaction'],
    ],
    ['none where nothing in it takes one', 'V1__a.sql', `SET a.b = 1;\n${index}`, []],
    ['none around a file of nobody', 'a.sql', `SELECT 1;\n${index}`, []],
    [
      'one around each changeset of Liquibase',
      'a.sql',
      `--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:2\n${index}`,
      ['5 concurrently-in-transaction'],
    ],
    [
      'none around one that asks for none',
      'a.sql',
      `--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:2 runInTransaction:false\n${index}`,
      [],
    ],
  ])('knows of %s', async (_, name, text, rules) => {
    expect(rulesIn(await planned(name, text))).toEqual(rules);
  });

  it('does as it is told about transactions', async () => {
    const told = await planned('V1__a.sql', `SELECT 1;\n${index}`, '--transaction statement ');
    expect(rulesIn(told)).toEqual([]);
  });

  it('does not guess what a placeholder stands for', async () => {
    const { status, out } = await planned('V1__a.sql', 'SELECT 1;\nDROP TABLE ${t};');
    expect(status).toBe(2);
    expect(out).toMatch(/^V1__a\.sql:2:12: it holds a placeholder, which only Flyway fills in/);
  });
});

describe('plan for a pull request and for a psql', () => {
  const sql = 'SET lock_timeout = 1;\nDROP TABLE a;\n';

  it('prints a table whose cells nothing can break', async () => {
    const { out } = await planned('a.sql', `${sql}DROP TABLE "a|<b>";`, '-o markdown ');
    expect(out).toMatch(/^### NO-GO: 2 errors\n\n\| \| where \|/);
    expect(out).toContain(String.raw`a\|&lt;b>`);
  });

  it('writes what it finds above the statement', async () => {
    const { out } = await planned('a.sql', sql, '-o sql ');
    expect(out).toMatch(
      /^-- a\.sql\nSET .*\n-- error drop-object: .*\n-- safe: .*\nDROP TABLE a;\n$/,
    );
  });
});
