import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { rules } from '../../core/schema-migration/lint/rules.ts';
import { fencedBlocks } from '../../../test/support/fenced-blocks.ts';
import { type Ran, runCommand as run } from '../../../test/support/run-command.ts';
import { shownCommands } from '../../../test/support/shown-commands.ts';

const file = 'test/fixtures/plan/born.sql';
const changed = 'test/fixtures/plan/shop-change.sql';
/** One of them starts a database in this process. */
const startMs = 120_000;
const prefix = 'npm run -s crossfade -- ';

describe('docs/plan.md', () => {
  const blocks = fencedBlocks('docs/plan.md');
  const shown = blocks.flatMap(shownCommands);

  it('shows the files that it speaks of', () => {
    const sql = blocks.filter(({ language }) => language === 'sql').map(({ text }) => text);
    expect(sql).toEqual([file, changed].map((one) => readFileSync(one, 'utf8')));
    const [service] = blocks.filter(({ language }) => language === 'yaml');
    expect(service?.text).toBe(readFileSync('test/fixtures/plan/shop.yaml', 'utf8'));
    expect(shown).toHaveLength(3);
  });

  it.each(shown)(
    'says what the command says: $command',
    async ({ command, printed }) => {
      const { status, out } = await run(command.slice(prefix.length));
      expect(status).toBe(printed.at(-1)?.startsWith('NO-GO') === true ? 1 : 0);
      expect(out.split('\n').filter((text) => text !== '')).toEqual(printed);
    },
    startMs,
  );

  it('lists every rule with its severity and the safe form', () => {
    const cells = (row: string): readonly string[] =>
      row.split(' | ').map((cell) => cell.replace(/^\| |\|$/g, '').trim());
    const [, page = ''] = readFileSync('docs/plan.md', 'utf8').split('## Rules');
    const rows = page.match(/^\| `[a-z-]+` .*$/gm) ?? [];
    expect(rows.map(cells)).toEqual(
      rules.map(({ name, severity, safe }) => [`\`${name}\``, severity, safe]),
    );
  });
});

/** The command on a script that comes from stdin. */
const planned = (sql: string, options = ''): Promise<Ran> =>
  run(`plan ${options}-f -`, { readStdin: () => Promise.resolve(sql) });

describe('plan', () => {
  it('prints the same as JSON', async () => {
    const { status, out } = await run(`plan -f ${file} -o json`);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'no-go',
      findings: [
        { rule: 'not-null-column', file, line: 3, column: 1, severity: 'error' },
        { rule: 'create-index', file, line: 4, column: 1, severity: 'error' },
        { rule: 'foreign-key-without-index', file, line: 9, column: 1, severity: 'notice' },
      ],
    });
  });

  it('lets a file pass in which nothing is wrong, and warns without a refusal', async () => {
    const good = await planned('CREATE TABLE t (id bigint PRIMARY KEY);');
    expect([good.status, good.out]).toEqual([0, 'GO: nothing found\n']);
    const doubtful = await planned('ALTER TABLE t ADD a int;');
    expect(doubtful.status).toBe(0);
    expect(doubtful.out).toMatch(/\nGO: 1 warning\n$/);
  });

  it('knows that the tool may put a file into one transaction', async () => {
    const concurrently = 'CREATE INDEX CONCURRENTLY ON t (a);';
    expect((await planned(concurrently)).status).toBe(0);
    const wrapped = await planned(concurrently, '--transaction file ');
    expect(wrapped.out).toContain('error concurrently-in-transaction');
  });

  it('counts columns in letters, also for what PostgreSQL does not understand', async () => {
    const refused = await planned("SELECT 'ä🐘';\nALTER TABLE é ADD a int ADD;");
    expect([refused.status, refused.out]).toEqual([
      2,
      'stdin:2:25: syntax error at or near "ADD"\n',
    ]);
    const found = await planned('SET lock_timeout = 1; /* ä🐘 */ DROP TABLE t;');
    expect(found.out).toMatch(/^stdin:1:32: error drop-object/);
  });

  it.each([
    ['--server 9 -f -', '--server is `9`; expected a major version, 15 to 18'],
    [
      `--statements ${file} -f ${file}`,
      '--statements are tried on a schema; name one by --schema FILE',
    ],
    ['-f docs/adr', 'docs/adr holds no .yaml or .yml or .sql or .ts file'],
  ])('refuses %s', async (options, message) => {
    const ran = await run(`plan ${options}`);
    expect([ran.status, ran.err]).toEqual([2, `crossfade: ${message}\n`]);
  });
});
