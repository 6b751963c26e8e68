import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { viewWith } from '../../test/support/rollout-view.ts';
import { askServer, runCommand } from '../../test/support/run-command.ts';
import { type Answer, ScriptedApi } from '../../test/support/scripted-api.ts';
import type { Terminal } from './terminal.ts';

const rollouts = { rollouts: [viewWith()] };
const asked = (line: string, changes: Partial<Terminal> = {}, answers: readonly Answer[] = []) =>
  askServer(
    new ScriptedApi({
      'GET /api/v1/rollouts': [...answers, { body: rollouts }],
      'GET /api/v1/rollouts/users-birthdate': [{ body: viewWith() }],
    }),
    line,
    changes,
  );

describe('the form of an output', () => {
  it('is the same data as JSON and as YAML', async () => {
    const json = await asked('status -o json');
    expect(JSON.parse(json.out)).toEqual(rollouts);
    expect(parse((await asked('status -o yaml')).out)).toEqual(rollouts);
    expect(parse((await asked('status users-birthdate -o yaml')).out)).toEqual(viewWith());
  });

  it('is a name that can be handed on, or more columns', async () => {
    expect((await asked('status -o name')).out).toBe('rollout/users-birthdate\n');
    expect((await asked('status users-birthdate -o name')).out).toBe('rollout/users-birthdate\n');
    const { out } = await asked('status -o wide');
    expect(out).toContain('attempt 1  3f2c1a000000');
    expect((await asked('status')).out).not.toContain('attempt 1');
  });

  it('is one of five wherever there is one', async () => {
    const { out } = await runCommand('--help');
    const verbs = [...out.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, verb = '']) => verb);
    const shows: string[] = [];
    for (const verb of verbs.filter((one) => one !== 'help')) {
      const { out: help } = await runCommand(`${verb} --help`);
      const [, forms] = / -o, --output <form> .*?\(choices:(.*?)[,)]\s*default/s.exec(help) ?? [];
      if (forms === undefined || verb === 'import') continue;
      shows.push(verb);
      for (const form of ['table', 'wide', 'json', 'yaml', 'name']) {
        expect([verb, forms]).toEqual([verb, expect.stringContaining(`"${form}"`)]);
      }
    }
    expect(shows).toEqual(expect.arrayContaining(['status', 'plan', 'doctor', 'apply', 'audit']));
    expect(shows.length).toBeGreaterThan(18);
  });

  it('never is a name alone for a token, whose secret nobody would see', async () => {
    expect((await runCommand('token create bot --role viewer -o name')).status).toBe(2);
  });
});

describe('colours', () => {
  const coloured = async (line: string, changes: Partial<Terminal>): Promise<boolean> =>
    (await asked(line, changes)).out.includes('\u001B[');

  it('are for terminals, and for whoever forces them', async () => {
    const held = 'status users-birthdate';
    expect(await coloured(held, {})).toBe(false);
    expect(await coloured(held, { interactive: true })).toBe(true);
    expect(await coloured(held, { env: { CLICOLOR_FORCE: '1' } })).toBe(true);
    expect(await coloured(held, { env: { CLICOLOR_FORCE: '0' } })).toBe(false);
  });

  it('are refused by NO_COLOR and by --no-color, on either side of the verb', async () => {
    const forced = { interactive: true, env: { CLICOLOR_FORCE: '1' } };
    const env = { ...forced.env, NO_COLOR: '1' };
    expect(await coloured('status users-birthdate', { ...forced, env })).toBe(false);
    expect(await coloured('status users-birthdate --no-color', forced)).toBe(false);
    expect(await coloured('--no-color status users-birthdate', forced)).toBe(false);
  });
});
