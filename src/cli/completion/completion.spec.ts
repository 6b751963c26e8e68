import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { viewWith } from '../../../test/support/rollout-view.ts';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import { completionScript, shells } from './script.ts';

const rollouts = { rollouts: [viewWith(), viewWith({ policy: 'orders-id' })] };

/** What is suggested for a line; the last word is the one that is begun. */
async function at(line: string): Promise<readonly string[]> {
  const api = new ScriptedApi({ 'GET /api/v1/rollouts': [{ body: rollouts }] });
  const { status, out } = await askServer(api, `__complete -- ${line}`);
  expect(status).toBe(0);
  return out.split('\n').filter((one) => one !== '');
}

describe('completion', () => {
  it('knows verbs, verbs of verbs and options with their values', async () => {
    expect(await at('stat')).toEqual(['status']);
    expect(await at('target ')).toEqual(['check', 'grants', 'help']);
    expect(await at('status --w')).toEqual(['--watch']);
    expect(await at('status --no')).toEqual(['--no-color']);
    expect(await at('status -o ')).toEqual(['table', 'wide', 'json', 'yaml', 'name']);
    expect(await at('completion ')).toEqual([...shells]);
    expect(await at('')).not.toContain('__complete');
  });

  it('asks the server for rollouts where one is meant, and nowhere else', async () => {
    expect(await at('pause ')).toEqual(['orders-id', 'users-birthdate']);
    expect(await at('why us')).toEqual(['users-birthdate']);
    expect(await at('why -o json us')).toEqual(['users-birthdate']);
    expect(await at('why users-birthdate ')).toEqual([]);
    expect(await at('token create ')).toEqual([]);
  });

  it('leaves files to the shell', async () => {
    expect(await at('apply -f pol')).toEqual([':files']);
  });

  it('says nothing where nobody answers', async () => {
    const env = { CROSSFADE_URL: 'http://127.0.0.1:1', CROSSFADE_TOKEN: 'none' };
    expect(await runCommand('__complete -- pause ', { env })).toMatchObject({ status: 0, out: '' });
    expect(await runCommand('__complete -- pause ')).toMatchObject({ status: 0, out: '' });
  });

  it('is a script that bash takes, and that asks for the words up to the cursor', () => {
    const asked = `exec 2>&1
crossfade() { printf '%s\\n' "$*" >&2; printf 'status\\nstart\\nwhy\\n'; }
COMP_WORDS=(crossfade -o json st more); COMP_CWORD=3; _crossfade; printf '%s ' "\${COMPREPLY[@]}"`;
    const script = completionScript('bash').replace(' 2>/dev/null', '');
    const out = execFileSync('bash', ['-c', `${script}${asked}`], { encoding: 'utf8' });
    expect(out).toContain('__complete\n--\n-o\njson\nst\n');
    expect(out.trim().split(/\s+/).slice(-2)).toEqual(['status', 'start']);
    for (const shell of shells)
      expect(completionScript(shell)).toContain('crossfade __complete --');
  });
});
