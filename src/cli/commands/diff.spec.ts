import { describe, expect, it } from '@jest/globals';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

const target = (url: string, comment = ''): string =>
  `apiVersion: crossfade/v1\nkind: Target${comment}\nmetadata: { name: db }\nspec: { url: { env: ${url} } }\n`;

function ask(line: string, stdin: string, ...applied: readonly string[]) {
  const documents = applied.map((text) => {
    return { kind: 'Target', project: 'default', name: 'db', revision: 'r', text };
  });
  const api = new ScriptedApi({ 'GET /api/v1/documents': [{ body: { documents } }] });
  return askServer(api, line, { readStdin: () => Promise.resolve(stdin) });
}

describe('diff', () => {
  it('is 0 and silent where apply would change nothing', async () => {
    expect(await ask('diff -f -', target('A'), target('A'))).toMatchObject({ status: 0, out: '' });
  });

  it('is 1 with what would change, key by key whatever their order', async () => {
    const before = 'kind: Target\nspec: { url: { env: A } }\nmetadata:\n  name: db\n';
    const { status, out } = await ask(
      'diff -f -',
      target('B'),
      `apiVersion: crossfade/v1\n${before}`,
    );
    expect(status).toBe(1);
    expect(out.split('\n')).toEqual([
      'Target db changed',
      '--- applied Target/db',
      '+++ Target/db',
      '@@ -4,4 +4,4 @@',
      '   name: db',
      ' spec:',
      '   url:',
      '-    env: A',
      '+    env: B',
      '',
    ]);
  });

  it('shows a document that is not there yet, and one whose comments alone differ', async () => {
    const added = await ask('diff -f -', target('A'));
    expect(added.status).toBe(1);
    expect(added.out).toMatch(/^Target db added\n--- \/dev\/null\n\+\+\+ Target\/db\n@@ -0,0 \+1,/);
    const noted = await ask('diff -f -', target('A', ' # ours'), target('A'));
    expect([noted.status, noted.out]).toEqual([
      1,
      'Target db changed in comments or layout alone\n',
    ]);
    expect((await ask('diff -f - -o name', target('A'))).out).toBe('target/db\n');
  });

  it('is 2 for files with faults, and where nobody can tell', async () => {
    expect((await ask('diff -f -', 'kind: Target\n')).status).toBe(2);
    const env = { CROSSFADE_URL: 'http://127.0.0.1:1', CROSSFADE_TOKEN: 'none' };
    const readStdin = () => Promise.resolve(target('A'));
    const ran = await runCommand('diff -f -', { env, readStdin });
    expect([ran.status, ran.err]).toEqual([2, expect.stringContaining('no answer from')]);
  });
});
