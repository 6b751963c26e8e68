import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { GrantsView, TargetCheckView } from '../../core/protocol/target-view.ts';

const grants: GrantsView = {
  target: 'users-db',
  role: 'crossfade',
  grants: [
    { sql: 'GRANT CONNECT ON DATABASE "users" TO "crossfade"', purpose: 'connect', held: true },
    {
      sql: 'GRANT CREATE ON DATABASE "users" TO "crossfade"',
      purpose: 'create the schemas crossfade, users_v1, users_v2',
      held: false,
    },
  ],
};

describe('target grants', () => {
  it('prints SQL for what is missing, and nothing else that psql would run', async () => {
    const api = new ScriptedApi({ 'GET /api/v1/targets/users-db/grants': [{ body: grants }] });
    const { status, out, err } = await askServer(api, 'target grants users-db');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(
      [
        '-- role crossfade on users-db: 1 of 2 rights are missing',
        '-- to create the schemas crossfade, users_v1, users_v2',
        'GRANT CREATE ON DATABASE "users" TO "crossfade";',
        '-- held: GRANT CONNECT ON DATABASE "users" TO "crossfade", to connect',
        '',
      ].join('\n'),
    );
  });

  it('asks about another role, and prints JSON', async () => {
    const line = 'GET /api/v1/targets/users-db/grants?role=b%26c';
    const api = new ScriptedApi({ [line]: [{ body: grants }] });
    const { status, out } = await askServer(api, 'target grants users-db --role b&c -o json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual(grants);
  });

  it('lets no name end its line and begin a statement of its own', async () => {
    const odd = { ...grants, role: 'x\nDROP TABLE users' };
    const api = new ScriptedApi({ 'GET /api/v1/targets/users-db/grants': [{ body: odd }] });
    const { out } = await askServer(api, 'target grants users-db');
    expect(out).not.toMatch(/^DROP/m);
  });
});

const check: TargetCheckView = {
  target: 'users-db',
  version: '18.4',
  role: 'crossfade',
  checks: [
    {
      migration: 'users-birthdate',
      tables: [{ name: 'public.users', rows: 1_200_000, bytes: 91_226_112, indexBytes: 1024 }],
      backup: {
        to: 'files',
        verify: true,
        keepForMs: 14 * 86_400_000,
        atMostBytes: 10 * 1024 ** 3,
        bytes: 91_226_112,
      },
      growth: 228_065_280 + 1024,
      findings: [
        {
          code: 'rule',
          severity: 'blocks',
          table: 'public.users',
          message: 'The rule \u001b[2J quiet rewrites every UPDATE.',
          remedy: 'DROP RULE quiet;',
        },
        {
          code: 'disk',
          severity: 'unknown',
          table: null,
          message: 'The free space is not known.',
          remedy: 'Define crossfade.free_disk.',
        },
      ],
    },
  ],
};
const quiet = {
  ...check,
  checks: [{ migration: null, tables: [], backup: null, growth: 0, findings: [] }],
};

describe('target check', () => {
  const run = (body: unknown, options = '') =>
    askServer(
      new ScriptedApi({ 'GET /api/v1/targets/users-db/check': [{ body }] }),
      `target check users-db${options}`,
    );

  it('shows what is in the way with its remedy, and exits 4', async () => {
    const { status, out } = await run(check);
    expect(status).toBe(4);
    expect(out).toBe(
      [
        'users-db  PostgreSQL 18.4  role crossfade',
        '',
        'users-birthdate  public.users about 1200000 rows, 87 MB and 1.0 kB of indexes  may add 218 MB',
        'backup before it begins: about 87 MB to files, at most 10 GB, compared, kept for 14d',
        'BLOCKS   rule  The rule  [2J quiet rewrites every UPDATE.',
        '               → DROP RULE quiet;',
        'unknown  disk  The free space is not known.',
        '               → Define crossfade.free_disk.',
        '1 in the way, 0 to know, 1 unknown',
        '',
      ].join('\n'),
    );
  });

  it('exits 0 where nothing blocks', async () => {
    const { status, out } = await run(quiet);
    expect(status).toBe(0);
    expect(out).toContain('nothing in the way');
  });

  it('prints JSON as the server sends it', async () => {
    const { status, out } = await run(check, ' -o json');
    expect(status).toBe(4);
    expect(JSON.parse(out)).toEqual(check);
  });
});
