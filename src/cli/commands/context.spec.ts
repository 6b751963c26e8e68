import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand, type Ran } from '../../../test/support/run-command.ts';
import { viewWith } from '../../../test/support/rollout-view.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossfade-context-'));
  file = join(folder, 'crossfade', 'config.yaml');
});

afterEach(() => rmSync(folder, { recursive: true }));

const run = (line: string, env: Record<string, string> = {}): Promise<Ran> =>
  runCommand(line, { env: { XDG_CONFIG_HOME: folder, PROD_TOKEN: 'of prod', ...env } });

async function add(name: string, options: string): Promise<void> {
  expect(await run(`context add ${name} ${options}`)).toMatchObject({ status: 0 });
}

describe('contexts', () => {
  it('are kept where only their owner reads them, with where a token is and never the token', async () => {
    await add('prod', '--url https://prod:4400 --token-env PROD_TOKEN');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('of prod');
    await add('staging', '--url http://staging:4400/ --token-file /run/token');
    const { out } = await run('context list');
    expect(out.split('\n').map((line) => line.trim().split(/ +/))).toEqual([
      ['NAME', 'URL', 'TOKEN'],
      ['*', 'prod', 'https://prod:4400', '$PROD_TOKEN'],
      ['staging', 'http://staging:4400/', '/run/token'],
      [''],
    ]);
    await run('context use staging');
    expect(JSON.parse((await run('context list -o json')).out)).toMatchObject({
      contexts: [
        { name: 'prod', current: false },
        { name: 'staging', current: true },
      ],
    });
    await run('context remove staging');
    expect((await run('context list -o name')).out).toBe('context/prod\n');
  });

  it.each([
    ['context add prod --url https://p', 'say where the token is found'],
    ['context add prod --url ftp://p --token-env T', 'context.url: expected an address'],
    ['context add Prod --url https://p --token-env T', 'name: expected a name'],
    ['context use nobody', 'there is no context nobody; none is known'],
    ['context remove nobody', 'there is no context nobody; none is known'],
    ['status --context nobody', 'there is no context nobody; none is known'],
  ])('refuse %s', async (line, words) => {
    const { status, err } = await run(line);
    expect([status, err]).toEqual([2, expect.stringContaining(words)]);
  });

  it('say what is wrong with a file that somebody wrote', async () => {
    await add('prod', '--url https://prod:4400 --token-env T');
    writeFileSync(file, 'current: staging\ncontexts: {}\n');
    expect((await run('status')).err).toContain(
      `${file} is no configuration: current: there is no`,
    );
    writeFileSync(file, 'contexts: [\n');
    expect((await run('status')).err).toContain(`${file} is no YAML: `);
  });
});

describe('the server that is asked', () => {
  it('is that of the context which is named, else of the environment, else of the one in use', async () => {
    const answer = { 'GET /api/v1/rollouts': [{ body: { rollouts: [viewWith()] } }] };
    const [prod, other] = [new ScriptedApi(answer), new ScriptedApi(answer)];
    const url = await prod.start();
    const environment = { CROSSFADE_URL: await other.start(), CROSSFADE_TOKEN: 'of the variable' };
    try {
      await add('prod', `--url ${url} --token-env PROD_TOKEN`);
      expect((await run('status')).out).toMatch(/^prod  \d\d:\d\d:\d\d\n/);
      expect((await run('status', environment)).out).not.toContain('prod');
      await run('status --context prod', environment);
      await run('status', { ...environment, CROSSFADE_CONTEXT: 'prod' });
    } finally {
      await Promise.all([prod.stop(), other.stop()]);
    }
    const said = ({ seen }: ScriptedApi) => new Set(seen.map(({ authorization }) => authorization));
    expect(said(prod)).toEqual(new Set(['Bearer of prod']));
    expect(said(other)).toEqual(new Set(['Bearer of the variable']));
  });

  it('is not asked without the token that the context names', async () => {
    await add('prod', `--url http://127.0.0.1:1 --token-file ${join(folder, 'token')}`);
    const { status, err } = await run('status');
    expect([status, err]).toEqual([7, expect.stringContaining('which is not there or empty')]);
    writeFileSync(join(folder, 'token'), 'secret\n');
    expect((await run('status')).status).toBe(1);
  });
});
