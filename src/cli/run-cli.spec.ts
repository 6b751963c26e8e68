import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { viewWith } from '../../test/support/rollout-view.ts';
import { askServer, runCommand as run, type Ran } from '../../test/support/run-command.ts';
import { ScriptedApi, type Answer } from '../../test/support/scripted-api.ts';

const folder = 'test/fixtures/policies';
let api = new ScriptedApi({});
let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'crossfade-cli-'));
});

afterEach(() => {
  rmSync(scratch, { recursive: true });
});

/** Against a server with these answers; `api` then knows what it was asked. */
function ask(
  line: string,
  answers: Readonly<Record<string, readonly Answer[]>>,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  api = new ScriptedApi(answers);
  return askServer(api, line, { env });
}

const at = '/api/v1/rollouts/users-birthdate';

describe('lint', () => {
  it('prints FILE:LINE:COLUMN: message to stdout and exits 2', async () => {
    const file = `${folder}/invalid/yaml.yaml`;
    const ran = await run(`lint -f ${file}`);
    expect(ran.status).toBe(2);
    const lines = ran.out.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[2]).toBe(`${file}:4:62: \`protected\` is given twice; keep one`);
    expect(ran.err).toBe('8 faults in 1 file\n');
  });

  it('prints nothing to stdout for a good folder and exits 0', async () => {
    const ran = await run('lint -f policies');
    expect(ran.status).toBe(0);
    expect(ran.out).toBe('');
    expect(ran.err).toMatch(/: good\n$/);
  });

  it('warns of what only apply would refuse', async () => {
    const provider = `apiVersion: crossfade/v1
kind: Provider
metadata: { name: flags }
spec: { unleash: { url: { env: UNLEASH_URL }, token: { env: UNLEASH_TOKEN } } }
`;
    const ran = await run('lint -f -', { readStdin: () => Promise.resolve(provider) });
    expect(ran.status).toBe(0);
    expect(ran.err).toMatch(/warning: a Provider for `unleash` cannot be carried out/);
  });

  it('reads stdin as -', async () => {
    const ran = await run('lint -f -', { readStdin: () => Promise.resolve('kind: Targt\n') });
    expect(ran.out).toBe('stdin:1:7: unknown kind `Targt`; did you mean `Target`?\n');
    expect(ran.status).toBe(2);
  });

  it('prints one document where a program asks, with what is wrong and what is doubtful', async () => {
    const readStdin = () => Promise.resolve('kind: Targt\n');
    const wrong = await run('lint -f - -o json', { readStdin });
    expect(JSON.parse(wrong.out)).toEqual({
      verdict: 'no-go',
      findings: [
        {
          severity: 'error',
          file: 'stdin',
          line: 1,
          column: 7,
          message: 'unknown kind `Targt`; did you mean `Target`?',
        },
      ],
    });
    expect([wrong.err, wrong.status]).toEqual(['', 2]);
    const good = await run('lint -f policies/users-birthdate.yaml -o json');
    expect([JSON.parse(good.out), good.err, good.status]).toMatchObject([{ verdict: 'go' }, '', 0]);
  });

  it('says which file cannot be read', async () => {
    const missing = join(scratch, 'missing.yaml');
    const ran = await run(`lint -f ${missing}`);
    expect([ran.status, ran.err]).toEqual([2, `crossfade: ${missing} cannot be read (ENOENT)\n`]);
    const empty = await run(`lint -f ${scratch}`);
    expect([empty.status, empty.err]).toEqual([
      2,
      `crossfade: ${scratch} holds no .yaml or .yml file\n`,
    ]);
  });
});

describe('apply', () => {
  it('sends the files and says what became of each document', async () => {
    writeFileSync(join(scratch, 'b.yml'), 'b: 1');
    writeFileSync(join(scratch, 'a.yaml'), 'a: 1');
    writeFileSync(join(scratch, 'notes.txt'), 'no policy');
    const applied = [{ kind: 'RolloutPolicy', name: 'p', revision: '3f2c1a', change: 'created' }];
    const warnings = [{ file: 'a.yaml', line: 1, column: 2, message: 'short history' }];
    const ran = await ask(`apply -f ${scratch}`, {
      'POST /api/v1/apply': [{ body: { applied, warnings } }],
    });
    expect(api.seen).toEqual([
      {
        line: 'POST /api/v1/apply',
        authorization: 'Bearer secret',
        body: {
          files: [
            { name: join(scratch, 'a.yaml'), text: 'a: 1' },
            { name: join(scratch, 'b.yml'), text: 'b: 1' },
          ],
        },
      },
    ]);
    expect(ran.out).toBe('RolloutPolicy p created (revision 3f2c1a)\n');
    expect(ran.err).toBe(
      'a.yaml:1:2: warning: short history\nnothing has started; next: crossfade start p\n',
    );
    expect(ran.status).toBe(0);
  });

  it('prints the faults that the server found and exits 2', async () => {
    const faults = [
      { file: 'p.yaml', line: 3, column: 7, message: '`alerts` cannot be carried out' },
    ];
    const body = { code: 'unsupported', detail: 'nothing was applied', faults };
    const ran = await ask(`apply -f ${folder}/valid/smallest.yaml`, {
      'POST /api/v1/apply': [{ status: 422, body }],
    });
    expect(ran).toMatchObject({
      status: 2,
      out: 'p.yaml:3:7: `alerts` cannot be carried out\n',
      err: 'crossfade: nothing was applied\n',
    });
  });
});

describe('start', () => {
  it('starts an attempt and says how to follow it', async () => {
    const ran = await ask('start users-birthdate', {
      'POST /api/v1/rollouts': [{ status: 201, body: viewWith() }],
    });
    expect(api.seen[0]?.body).toEqual({ policy: 'users-birthdate' });
    expect(ran.out).toBe('users-birthdate started: attempt 1, revision 3f2c1a000000\n');
    expect(ran.err).toContain('follow it: crossfade status users-birthdate --watch\n');
  });

  it('exits 6 when one is active', async () => {
    const body = { code: 'conflict', detail: 'attempt 1 is still running' };
    const ran = await ask('start users-birthdate', {
      'POST /api/v1/rollouts': [{ status: 409, body }],
    });
    expect([ran.status, ran.err]).toEqual([6, 'crossfade: attempt 1 is still running\n']);
  });
});

describe('pause, resume, rollback, complete', () => {
  it.each([
    ['pause', {}],
    ['resume', {}],
    ['rollback', {}],
    ['complete --confirm users-birthdate', { confirm: 'users-birthdate' }],
  ])('%s is sent once, with reason and request id', async (command, extra) => {
    const [verb = '', ...options] = command.split(' ');
    const line = [verb, 'users-birthdate', ...options, '--reason', 'drill', '--request-id', 'x1'];
    const ran = await ask(line.join(' '), {
      [`POST ${at}/commands`]: [{ status: 202, body: { id: 7 } }],
    });
    expect(api.seen.map(({ body }) => body)).toEqual([
      { verb, ...extra, reason: 'drill', requestId: 'x1' },
    ]);
    expect(ran).toMatchObject({
      status: 0,
      out: `${verb} of users-birthdate requested (request x1)\n`,
    });
  });

  it('makes a request id of its own, a new one each time', async () => {
    await ask('pause users-birthdate', {
      [`POST ${at}/commands`]: [{ status: 202, body: { id: 7 } }],
    });
    const [first] = api.seen;
    await ask('pause users-birthdate', {
      [`POST ${at}/commands`]: [{ status: 202, body: { id: 8 } }],
    });
    expect(first?.body).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(api.seen[0]?.body).not.toEqual(first?.body);
  });

  it.each(['complete users-birthdate', 'complete users-birthdate --confirm user-birthdate'])(
    '%s confirms nothing',
    async (line) => {
      const ran = await ask(line, {});
      expect(ran.status).toBe(2);
      expect(ran.err).toMatch(/^crossfade: nothing was confirmed: .*--confirm users-birthdate\n$/);
      expect(api.seen).toEqual([]);
    },
  );
});

describe('the connection', () => {
  it('takes the token that a server on this machine wrote', async () => {
    writeFileSync(join(scratch, 'admin.token'), 'from-file\n');
    const env = { CROSSFADE_TOKEN: undefined, CROSSFADE_DATA_DIR: scratch };
    await ask('status', { 'GET /api/v1/rollouts': [{ body: { rollouts: [] } }] }, env);
    expect(api.seen[0]?.authorization).toBe('Bearer from-file');
  });

  it('exits 7 without a token, and when the token is refused', async () => {
    const none = await run('status', { env: { CROSSFADE_DATA_DIR: scratch } });
    expect(none.status).toBe(7);
    expect(none.err).toContain(`${join(scratch, 'admin.token')} cannot be read`);
    const body = { code: 'unauthenticated', detail: 'this token is not known' };
    const refused = await ask('status', { 'GET /api/v1/rollouts': [{ status: 401, body }] });
    expect([refused.status, refused.err]).toEqual([7, 'crossfade: this token is not known\n']);
  });

  it.each([
    [502, '<html>bad gateway</html>', /^crossfade: the server answers 502\n$/],
    [
      200,
      '<html>a portal</html>',
      / answers no JSON; is CROSSFADE_URL the address of a Crossfade server\?\n$/,
    ],
  ])('exits 1 when something else answers %d', async (status, body, expected) => {
    const ran = await ask('status', { 'GET /api/v1/rollouts': [{ status, body }] });
    expect(ran.status).toBe(1);
    expect(ran.err).toMatch(expected);
  });
});

describe('usage', () => {
  it('exits 2 for what it does not know and 0 for help', async () => {
    expect((await run('lnt')).status).toBe(2);
    expect((await run('lint')).status).toBe(2);
    expect((await run('status --output xml')).status).toBe(2);
    const help = await run('--help');
    expect(help.status).toBe(0);
    for (const verb of [
      'lint',
      'apply',
      'start',
      'status',
      'why',
      'pause',
      'resume',
      'rollback',
      'complete',
    ]) {
      expect(help.out).toContain(`  ${verb} `);
    }
  });
});
