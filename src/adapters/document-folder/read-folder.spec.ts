import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFolder } from './read-folder.ts';

let scratch: string;
let folder: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'crossfade-read-folder-'));
  folder = join(scratch, 'policies');
  await mkdir(folder);
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function write(name: string, text = name): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const names = async (endings = ['.yaml', '.yml']) =>
  (await readFolder(folder, endings)).map(({ name }) => name);

describe('a folder of policies', () => {
  it('is read whole, in one order, and only the files that are meant', async () => {
    for (const name of ['b.yaml', 'a/z.yml', 'a/b/c.yaml', 'notes.md', '.hidden.yaml']) {
      await write(name);
    }
    await write('.git/x.yaml');
    await write('node_modules/x.yaml');
    expect(await readFolder(folder, ['.yaml', '.yml'])).toEqual([
      { name: 'a/b/c.yaml', text: 'a/b/c.yaml' },
      { name: 'a/z.yml', text: 'a/z.yml' },
      { name: 'b.yaml', text: 'b.yaml' },
    ]);
  });

  it('is read through the links of a mounted ConfigMap, each file once', async () => {
    await write('..2026_01/a.yaml');
    await write('..2026_01/sub/b.yaml');
    await symlink('..2026_01', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    await symlink('..data/sub', join(folder, 'sub'));
    expect(await names()).toEqual(['a.yaml', 'sub/b.yaml']);
  });

  it('may be a link itself, and ends where links go round', async () => {
    await write('a.yaml');
    await symlink(folder, join(scratch, 'current'));
    expect(await readFolder(join(scratch, 'current'), ['.yaml'])).toHaveLength(1);
    await symlink('.', join(folder, 'round'));
    await expect(names()).rejects.toThrow(/leads out of|nested deeper/);
  });

  it('is refused where a link leads out of it, to a file or a folder', async () => {
    await writeFile(join(scratch, 'secret.yaml'), 'password');
    await symlink('../secret.yaml', join(folder, 'a.yaml'));
    await expect(names()).rejects.toThrow(/a\.yaml leads out of .*policies/);
    await rm(join(folder, 'a.yaml'));
    await symlink('..', join(folder, 'up'));
    await expect(names()).rejects.toThrow(/up leads out of/);
  });

  it('is refused where it is not there, holds nothing, or too much', async () => {
    await expect(readFolder(join(scratch, 'none'), ['.yaml'])).rejects.toThrow(/\(ENOENT\)/);
    await expect(names()).rejects.toThrow(/holds no \.yaml or \.yml file/);
    await write('large.yaml');
    await truncate(join(folder, 'large.yaml'), 5 * 1024 * 1024);
    await expect(names()).rejects.toThrow(/more than 4 MiB/);
    for (let at = 0; at <= 200; at += 1) await write(`${at}.yaml`);
    await expect(names()).rejects.toThrow(/more than 200 files/);
    await rm(join(folder, 'large.yaml'));
    expect(await readFolder(folder, ['.yaml'], 201)).toHaveLength(201);
  });
});
