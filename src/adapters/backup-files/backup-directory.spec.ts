import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BackupDirectory } from './backup-directory.ts';

let scratch: string;
let folder: string;
let files: BackupDirectory;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'crossfade-backup-directory-'));
  folder = join(scratch, 'not', 'there', 'yet');
  files = new BackupDirectory(folder);
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function* chunks(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function textOf(id: string, name: string): Promise<string> {
  let text = '';
  for await (const chunk of files.read(id, name)) text += new TextDecoder().decode(chunk);
  return text;
}

const id = 'users-birthdate-1/expand';

describe('BackupDirectory', () => {
  it('knows the room there before anything was written', async () => {
    expect(await files.free()).toBeGreaterThan(0);
  });

  it('keeps what was written, for its own account alone', async () => {
    const draft = await files.begin(id, '1');
    expect(await draft.write('a.copy', chunks('one\n', '', 'two\n'))).toEqual({
      name: 'a.copy',
      bytes: 8,
      sha256: 'c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8',
    });
    const path = await draft.seal({ of: 'users' });
    expect(await textOf(id, 'a.copy')).toBe('one\ntwo\n');
    expect(JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8'))).toEqual({
      of: 'users',
    });
    for (const name of ['a.copy', 'manifest.json']) {
      expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
    }
    for (const one of [path, folder]) expect((await stat(one)).mode & 0o777).toBe(0o700);
  });

  it('takes no draft for a whole one', async () => {
    const draft = await files.begin(id, '1');
    await draft.write('a.copy', chunks('half'));
    await expect(textOf(id, 'a.copy')).rejects.toMatchObject({ code: 'notFound' });
  });

  it('begins anew, and whoever began before can no longer seal', async () => {
    const late = await files.begin(id, '1');
    await late.write('a.copy', chunks('late'));
    const draft = await files.begin(id, '2');
    await draft.write('a.copy', chunks('early'));
    await draft.seal({});
    await expect(late.seal({})).rejects.toThrow('ENOENT');
    expect(await textOf(id, 'a.copy')).toBe('early');
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('keeps a whole one until the next is whole too', async () => {
    const before = await files.begin(id, '1');
    await before.write('a.copy', chunks('before'));
    await before.seal({});
    const after = await files.begin(id, '2');
    expect(await textOf(id, 'a.copy')).toBe('before');
    await after.write('b.copy', chunks('after'));
    const path = await after.seal({});
    expect(await readdir(path)).toEqual(['b.copy', 'manifest.json']);
  });

  it('ends a file that cannot be written whole', async () => {
    const draft = await files.begin(id, '1');
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield* chunks('one');
      throw new Error('connection lost');
    };
    await expect(draft.write('a.copy', broken())).rejects.toThrow('connection lost');
  });

  it('tells ids apart that look alike as names, and stays in its folder', async () => {
    const ids = ['a/b', 'a_b', '../a', 'a.b'];
    for (const one of ids) await (await files.begin(one, '1')).seal({});
    expect(await readdir(folder)).toHaveLength(ids.length);
    await files.remove('a/b');
    expect(await readdir(folder)).toHaveLength(ids.length - 1);
    await files.remove('never there');
  });

  it('removes a draft as well', async () => {
    await files.begin(id, '7');
    await files.remove(id);
    expect(await readdir(folder)).toEqual([]);
  });
});
