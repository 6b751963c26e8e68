import { describe, expect, it } from '@jest/globals';

import { fencedBlocks } from '../../../test/support/fenced-blocks.ts';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import { shownCommands } from '../../../test/support/shown-commands.ts';

const prefix = 'npm run -s crossfade -- ';
/** Rollouts of hours take seconds, and more on a machine that is busy. */
const longMs = 180_000;
const nowhere = { CROSSFADE_URL: 'http://127.0.0.1:1', CROSSFADE_TOKEN: 'none' };
const run = (line: string, stdin = '') =>
  runCommand(line, { env: nowhere, readStdin: () => Promise.resolve(stdin) });

interface Told {
  readonly verdict: string;
  readonly parts: readonly { readonly part: string; readonly verdict: string }[];
}

function verdicts(out: string): Record<string, string> {
  const { parts } = JSON.parse(out) as Told;
  return Object.fromEntries(parts.map(({ part, verdict }) => [part, verdict]));
}

describe('check', () => {
  const [shown] = fencedBlocks('docs/check.md').flatMap(shownCommands);

  it(
    'says what the page shows',
    async () => {
      const { command = '', printed = [] } = shown ?? {};
      const { status, out } = await run(command.slice(prefix.length));
      expect(status).toBe(0);
      const lines = out.split('\n').filter((text) => text !== '');
      // Which port nobody answers at differs.
      const server = /^(?:cohort|target|doctor) /;
      expect(lines.filter((line) => !server.test(line))).toEqual(
        printed.filter((line) => !server.test(line)),
      );
    },
    longMs,
  );

  it('is a go without traffic and without a server, and says what is unknown', async () => {
    const { status, out } = await run('check -f policies/users-birthdate.yaml -o json');
    expect(status).toBe(0);
    expect(verdicts(out)).toEqual({
      lint: 'go',
      plan: 'go',
      evidence: 'unknown',
      simulate: 'unknown',
      cohort: 'unknown',
      target: 'unknown',
      doctor: 'unknown',
      rehearse: 'unknown',
    });
  });

  it('rehearses on the target that is named, and is a no-go where that fails', async () => {
    const report = (verdict: string) => ({
      migration: 'm',
      verdict,
      faults: verdict === 'failed' ? [{ code: 'failed', message: 'no' }] : [],
      notes: [],
      broken: [],
      tables: [],
      locks: [],
      rewritten: [],
      runs: [],
    });
    const answered = (verdict: string) => ({
      body: { generation: 1, rehearsals: [{ migration: 'm', report: report(verdict) }] },
    });
    const line = 'POST /api/v1/targets/local/rehearse';
    const api = new ScriptedApi({ [line]: [answered('passed')] });
    const checked = 'check -f policies/users-birthdate.yaml --target local -o json';
    const passed = await askServer(api, checked);
    expect([passed.status, verdicts(passed.out)]).toMatchObject([
      0,
      { rehearse: 'go', plan: 'go' },
    ]);
    // The rest of this server says nothing, and a plan by the files alone must not pass for one of the target.
    expect(passed.out).toContain('by the files alone, not for local: nothing at POST');
    const failing = new ScriptedApi({ [line]: [answered('failed')] });
    const failed = await askServer(failing, checked);
    expect([failed.status, verdicts(failed.out)['rehearse']]).toEqual([1, 'no-go']);
  });

  it('leaves out what is in the way of others on the target', async () => {
    const blocks = { code: 'plan', severity: 'blocks', table: null, remedy: 'mend it' };
    const about = (migration: string) => ({
      migration,
      tables: [],
      backup: null,
      growth: 0,
      findings: [{ ...blocks, message: `${migration} cannot be done` }],
    });
    const found = async (...names: string[]) => {
      const body = { target: 'users-db', version: '18.4', role: 'r', checks: names.map(about) };
      const api = new ScriptedApi({ 'GET /api/v1/targets/users-db/check': [{ body }] });
      const { out } = await askServer(api, 'check -f policies/users-birthdate.yaml -o json');
      return { verdict: verdicts(out)['target'], out };
    };
    const own = await found('another', 'users-v1.2-add-birthdate');
    expect(own.verdict).toBe('no-go');
    expect(own.out).toContain('users-v1.2-add-birthdate cannot be done');
    expect(own.out).not.toContain('another cannot be done');
    const none = await found('another');
    expect([none.verdict, none.out.includes('another cannot')]).toEqual(['unknown', false]);
  });

  it('is a no-go where what it stands on is at fault, and names that alone', async () => {
    const good = { part: 'database', subject: 'state', standing: 'ok', message: 'up' };
    const bad = { part: 'service', subject: 'api', standing: 'fault', message: '0 of 2 seen' };
    const found = async (...rows: object[]) => {
      const body = () => ({ rows, version: '0.1.0', answeredAt: Date.now() });
      const api = new ScriptedApi({ 'POST /api/v1/doctor': [{ body }] });
      return askServer(api, 'check -f policies/users-birthdate.yaml');
    };
    const { status, out } = await found(good, bad);
    expect(status).toBe(1);
    expect(out).toMatch(/doctor +no-go +2 of 3 in order\n +fault {2}service api: 0 of 2 seen\n/);
    expect((await found(good)).out).toMatch(/doctor +go +2 of 2 in order\n/);
  });

  it(
    'is a no-go where a step cannot be proven at this traffic',
    async () => {
      const line =
        'check -f policies/users-birthdate.yaml --rate 1 --units 40 --rollouts 2 -o json';
      const { status, out } = await run(line);
      expect(status).toBe(1);
      expect(verdicts(out)).toMatchObject({ evidence: 'no-go', simulate: 'no-go' });
    },
    longMs,
  );

  it.each([
    ['check -f -', 'kind: RolloutPolicy\n', ''],
    [
      'check -f policies/users-birthdate.yaml --rate 3',
      '',
      'crossfade: how many units are active? give --units, too\n',
    ],
  ])('refuses %s %j', async (line, stdin, message) => {
    const { status, err } = await run(line, stdin);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});
