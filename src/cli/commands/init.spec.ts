import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { convertFile, migrationFiles } from '../../../test/support/converted-file.ts';
import { fencedBlocks } from '../../../test/support/fenced-blocks.ts';
import { runCommand } from '../../../test/support/run-command.ts';
import { shownCommands } from '../../../test/support/shown-commands.ts';
import { conversions } from './init-conversions.fixture.ts';

const files = globSync(`${migrationFiles}/*.{sql,ts}`).map((path) => basename(path));

/** What is said of statements that no operation says, without the place. */
const refusals = (err: string): readonly string[] =>
  [...err.matchAll(/: not converted: (.*)/g)].map(([, words = '']) => words);

describe('init', () => {
  it('is tried on forty files and more, each of which is told of here', () => {
    expect(files.toSorted()).toEqual(Object.keys(conversions).toSorted());
    expect(files.length).toBeGreaterThanOrEqual(40);
  });

  it.each(Object.entries(conversions))('%s', async (name, { becomes, refused = [] }) => {
    const { status, out, err } = await convertFile(name);
    expect([...out.matchAll(/^ {4}- (\w+):/gm)].map(([, operation]) => operation)).toEqual(
      becomes.map((operation) => operation),
    );
    expect(refusals(err)).toEqual(refused.map((words) => expect.stringContaining(words)));
    expect(status).toBe(refused.length === 0 ? 0 : 1);
    if (becomes.length === 0) return;
    const readStdin = (): Promise<string> => Promise.resolve(out);
    expect((await runCommand('lint -f -', { readStdin })).status).toBe(0);
    const planned = await runCommand('plan -f -', { readStdin });
    expect([planned.status, planned.out.includes('GO:')]).toEqual([0, true]);
  });

  it('says nothing else when it is asked again', async () => {
    expect(await convertFile('addresses.sql')).toEqual(await convertFile('addresses.sql'));
  });

  it('says a doubt where it stands, with file, line and column', async () => {
    const { out, err } = await convertFile('drop-column.sql');
    const words =
      "down: the old version insists on nickname; in rows that the new version inserts it reads ''";
    expect(err).toContain(`${migrationFiles}/drop-column.sql:1:1: warning: ${words}\n`);
    expect(out).toContain(`    # ${migrationFiles}/drop-column.sql:1: ${words}\n    - dropColumn:`);
  });

  it('says in the policy, too, what it left out', async () => {
    const { out } = await convertFile('extension.sql');
    expect(out).toMatch(/^# .*extension\.sql:1: not converted: an extension belongs to/);
    expect((await convertFile('birthdate.sql')).out).toContain('birthdate.sql:2: left out:');
  });

  it('writes a file where it is told to, and nothing to stdout', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'init-'));
    try {
      const path = join(folder, 'policy.yaml');
      const { out } = await convertFile('birthdate.sql', ` -o ${path}`);
      expect(out).toBe('');
      expect(readFileSync(path, 'utf8')).toBe((await convertFile('birthdate.sql')).out);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('docs/init.md', () => {
  const prefix = 'npm run -s crossfade -- ';

  it.each(fencedBlocks('docs/init.md').flatMap(shownCommands))(
    'shows what is said: $command',
    async ({ command, printed }) => {
      expect(command.startsWith(prefix)).toBe(true);
      const { out, err } = await runCommand(command.slice(prefix.length));
      expect(printed.filter((line) => !`${out}${err}`.includes(`${line}\n`))).toEqual([]);
    },
  );
});

describe('the steps of init', () => {
  const steps = async (units: number, rate: number): Promise<readonly string[]> => {
    const options = ` --units ${units} --requests-per-second ${rate}`;
    const { out } = await convertFile('birthdate.sql', options);
    return [...out.matchAll(/to: (\d+%)/g)].map(([, share = '']) => share);
  };

  it.each([
    [100, 20, ['5%', '25%', '90%', '100%']],
    [2_000, 500, ['1%', '5%', '25%', '95%', '100%']],
  ])(
    'of %d units at %d requests/s begin where the judge can decide',
    async (units, rate, shares) => {
      expect(await steps(units, rate)).toEqual(shares);
    },
  );

  it('need both population and traffic', async () => {
    const { status, err } = await convertFile('birthdate.sql', ' --units 100');
    expect([status, err.includes('--requests-per-second')]).toEqual([2, true]);
  });
});

describe('a wrong call of init', () => {
  const wrong = async (line: string): Promise<string> => {
    const { status, out, err } = await runCommand(`init${line}`);
    expect([status, out.split(':').length < 5]).toEqual([2, true]);
    return `${out}${err}`;
  };

  it('names what it takes', async () => {
    expect(await wrong('')).toContain('--from-sql FILE, --from-typeorm FILE or --from-flyway FILE');
    const sql = ` --from-sql ${migrationFiles}/birthdate.sql`;
    expect(await wrong(`${sql} --from-flyway x`)).toContain('name one file');
    expect(await wrong(` --from-flyway ${migrationFiles}/birthdate.sql`)).toContain("not Flyway's");
    expect(await wrong(` --from-sql ${migrationFiles}`)).toContain('convert one file at a time');
  });
});
