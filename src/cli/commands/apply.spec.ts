import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

let folder: string;
let policies: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-apply-'));
  policies = join(folder, 'policies');
  await mkdir(policies);
  await writeFile(join(policies, 'a.yaml'), 'kind: Target\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const git = (...words: string[]) =>
  promisify(execFile)('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words]);

const stamp = { kind: 'Service', project: 'default', revision: 'r', why: null };
const answer = {
  applied: [
    { ...stamp, name: 'a', change: 'updated' },
    { ...stamp, name: 'b', change: 'pruned' },
    { ...stamp, name: 'c', change: 'kept', why: 'the rollout c-1 lives by it' },
    { ...stamp, kind: 'RolloutPolicy', name: 'd', change: 'left' },
  ],
  warnings: [],
  set: { name: 'ours', revision: 'f00', commit: '0123456789abcdef', dirty: true },
};

async function ask(line: string) {
  const api = new ScriptedApi({ 'POST /api/v1/apply': [{ body: answer }] });
  const ran = await askServer(api, line);
  return { ...ran, sent: api.seen[0]?.body as { set?: object; dryRun?: boolean } | undefined };
}

describe('apply of a folder as a set', () => {
  it('says what became of each document, and of the set', async () => {
    const { out, err, sent } = await ask(`apply -f ${policies} --set ours --prune --dry-run`);
    expect(sent).toMatchObject({ dryRun: true, set: { name: 'ours', prune: true, commit: null } });
    expect(out.split('\n')).toEqual([
      'Service a updated (revision r)',
      'Service b pruned (revision r)',
      'Service c kept: the rollout c-1 lives by it',
      'RolloutPolicy d left: no longer in the set; --prune takes it away',
      '',
    ]);
    expect(err).toBe(
      'set ours revision f00, commit 0123456789ab with changes that are in none\na dry run: nothing was stored\n',
    );
  });

  it('sends nothing of a set where nobody asked for one', async () => {
    expect((await ask(`apply -f ${policies}`)).sent).not.toHaveProperty('set');
  });

  it('says whose document was applied over a set by hand', async () => {
    const over = [{ kind: 'Service', project: 'default', name: 'a', set: 'ours' }];
    const body = { applied: [], warnings: [], over };
    const api = new ScriptedApi({ 'POST /api/v1/apply': [{ body }] });
    const { err } = await askServer(api, `apply -f ${policies}`);
    expect(err).toBe('Service a belongs to the set ours, which takes this back\n');
  });

  it.each([
    ['--prune -f - -f -', '--prune is for one folder, which is the whole set'],
    ['--set x -f -', '--set is for one folder, which is the whole set'],
    ['--commit abc1234 -f -', '--commit is said of a set: add --set NAME'],
  ])('refuses %s', async (words, message) => {
    expect(await ask(`apply ${words}`)).toMatchObject({
      status: 2,
      err: `crossfade: ${message}\n`,
      sent: undefined,
    });
  });

  it('names the set after repository and folder, at the commit that git has there', async () => {
    const sent = async (more = '') => (await ask(`apply -f ${policies} --prune${more}`)).sent?.set;
    expect(await sent()).toMatchObject({ name: 'policies', commit: null, dirty: false });
    await git('init', '-q');
    await git('remote', 'add', 'origin', 'git@example.com:team/shop.git');
    await git('add', '.');
    await git('commit', '-q', '-m', 'policies');
    const { stdout } = await git('rev-parse', 'HEAD');
    const known = { name: 'shop/policies', commit: stdout.trim(), dirty: false };
    expect(await sent()).toMatchObject(known);
    await writeFile(join(policies, 'b.yaml'), 'kind: Service\n');
    expect(await sent()).toMatchObject({ ...known, dirty: true });
    expect(await sent(' --commit abc1234')).toMatchObject({ commit: 'abc1234', dirty: false });
  });
});
