import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { DirectProgress } from '../../core/protocol/direct-view.ts';
import type { JobKind, JobState } from '../../core/schema-migration/job.ts';

let scratch = '';
let file = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'crossfade-migrate-'));
  file = join(scratch, 'm.yaml');
  writeFileSync(file, 'kind: SchemaMigration\n');
});
afterEach(() => rmSync(scratch, { recursive: true }));

const line = 'POST /api/v1/targets/local/migrate';

function part(kind: JobKind, change: Partial<JobState> = {}): JobState {
  return {
    id: kind,
    rollout: 'direct:m',
    kind,
    status: 'done',
    done: 7,
    total: 7,
    differences: null,
    quarantined: 0,
    reason: null,
    generation: 5,
    ...change,
  };
}

const answer = (of: number, ...migrations: readonly DirectProgress[]) => ({
  body: { generation: 5, of, migrations },
});

const progress = (change: Partial<DirectProgress> = {}): DirectProgress => ({
  migration: 'm',
  state: 'applied',
  parts: [],
  reason: null,
  ...change,
});

describe('migrate', () => {
  it('waits for the end, calls again with what the first call answered, and says each line once', async () => {
    const expanded = progress({
      state: 'waits',
      parts: [part('expand')],
      reason: 'waits for a lock',
    });
    const done = progress({ parts: [part('expand'), part('backfill')] });
    const api = new ScriptedApi({
      [line]: [answer(1, expanded), answer(1, expanded), answer(1, done)],
    });
    const env = { USER: 'ada' };
    const ran = await askServer(api, `migrate --direct --target local -f ${file}`, { env });
    expect(ran.out).toBe('m  expand done\nm  backfill done, 7 rows\nm  applied to local\n');
    expect(ran.err).toBe('m  waits for a lock\n');
    expect(ran.status).toBe(0);
    const files = [{ name: file, text: 'kind: SchemaMigration\n' }];
    const asked = { files, baseline: false, by: 'ada' };
    expect(api.seen.map(({ body }) => body)).toEqual([
      asked,
      { ...asked, generation: 5 },
      { ...asked, generation: 5 },
    ]);
  });

  it('goes on until each of several migrations is over', async () => {
    const api = new ScriptedApi({
      [line]: [
        answer(3, progress({ state: 'already' }), progress({ migration: 'n' })),
        // By now the second one is there as well.
        answer(
          3,
          ...['m', 'n'].map((migration) => progress({ migration, state: 'already' })),
          progress({ migration: 'o' }),
        ),
      ],
    });
    const ran = await askServer(api, `migrate --direct --target local -f ${file}`);
    expect(ran.out).toBe(
      'm  nothing to do: local has it already\nn  applied to local\no  applied to local\n',
    );
  });

  it.each([
    ['failed', 1, 'm  FAILED: no such column\n'],
    ['held', 4, 'm  HELD: no such column\n'],
  ] as const)('ends with what is %s', async (state, status, out) => {
    const api = new ScriptedApi({
      [line]: [answer(1, progress({ state, reason: 'no such column' }))],
    });
    const ran = await askServer(api, `migrate --direct --target local -f ${file}`);
    expect(ran).toMatchObject({ status, out });
  });

  it('stops waiting after the timeout and says how to go on', async () => {
    const waits = progress({ state: 'waits', reason: 'waits for a lock' });
    const api = new ScriptedApi({ [line]: [answer(1, waits)] });
    const ran = await askServer(api, `migrate --direct --target local -f ${file} --timeout 2s`);
    expect(ran).toMatchObject({ status: 5, slept: 2_000 });
    expect(ran.err).toContain('not done within 2s; run it again to go on');
  });

  it('prints the end alone as JSON', async () => {
    const api = new ScriptedApi({
      [line]: [answer(1, progress({ state: 'working' })), answer(1, progress())],
    });
    const ran = await askServer(api, `migrate --direct --target local -f ${file} -o json`);
    expect(JSON.parse(ran.out)).toEqual(answer(1, progress()).body);
  });

  it('gives up what was begun, by its name, and waits for that too', async () => {
    const waits = progress({ state: 'waits', reason: 'waits for a lock' });
    const given = progress({ state: 'abandoned', parts: [part('retire', { done: 0 })] });
    const at = 'POST /api/v1/targets/local/abandon';
    const api = new ScriptedApi({ [at]: [answer(1, waits), answer(1, given)] });
    const env = { USER: 'ada' };
    const ran = await askServer(api, 'migrate --abandon m --target local', { env });
    expect(ran).toMatchObject({ status: 0, err: 'm  waits for a lock\n' });
    expect(ran.out).toBe(
      'm  retire done\nm  given up: local has the old shape alone, and the tables are free\n',
    );
    const asked = { migration: 'm', by: 'ada' };
    expect(api.seen.map(({ body }) => body)).toEqual([asked, { ...asked, generation: 5 }]);
  });

  it.each([
    ['--abandon m --direct', '--abandon takes a name and no files'],
    ['--abandon m -f x.yaml', '--abandon takes a name and no files'],
    ['--direct', 'say -f PATH'],
  ])('refuses %s', async (options, words) => {
    const ran = await runCommand(`migrate --target local ${options}`);
    expect([ran.status, ran.err]).toEqual([2, expect.stringContaining(words)]);
  });

  it('wants to be told that no rollout is wanted', async () => {
    const ran = await runCommand(`migrate --target local -f ${file}`);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('say --direct');
  });
});

describe('info', () => {
  it('draws the columns of Flyway, and what is to be known below', async () => {
    const row = {
      category: 'Versioned',
      version: 'users_v2',
      description: 'users birthdate',
      type: 'CROSSFADE',
      checksum: 'aaaaaaaaaaaa',
      installedOn: Date.UTC(2026, 4, 12, 9, 41, 7),
      state: 'Pending',
      durationMs: 40,
      part: 'backfill',
      author: 'ada',
      note: 'changed since\u001b[2J',
    };
    const api = new ScriptedApi({
      'GET /api/v1/targets/local/info': [{ body: { migrations: [row], changed: [] } }],
    });
    const ran = await askServer(api, 'info --target local');
    expect(ran.out.split('\n')).toEqual([
      '+-----------+----------+-----------------+-----------+---------------------+-------------------------+----------+--------------+',
      '| Category  | Version  | Description     | Type      | Installed On        | State                   | Duration | Checksum     |',
      '+-----------+----------+-----------------+-----------+---------------------+-------------------------+----------+--------------+',
      '| Versioned | users_v2 | users birthdate | CROSSFADE | 2026-05-12 09:41:07 | Pending (backfill done) | 0 s      | aaaaaaaaaaaa |',
      '+-----------+----------+-----------------+-----------+---------------------+-------------------------+----------+--------------+',
      'users birthdate: changed since [2J',
      '',
    ]);
  });

  it('ends with 6 when a file is not what was carried out under its name', async () => {
    const api = new ScriptedApi({
      'POST /api/v1/targets/local/info': [
        { body: { migrations: [], changed: ['V1__a.sql: V 1'] } },
      ],
    });
    const ran = await askServer(api, `info --target local -f ${file}`);
    expect(ran).toMatchObject({ status: 6, err: 'V1__a.sql: V 1\n' });
  });
});
