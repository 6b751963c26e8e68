import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MountedFolder } from '../adapters/document-folder/mounted-folder.ts';
import { CrossfadeError } from '../core/errors.ts';
import { MemoryFollowStore } from '../../test/support/memory-follow-store.ts';
import { FolderFollower, type FollowRule } from './folder-follower.ts';
import { DocumentSets, type DocumentsAtOnce } from './ports/document-sets.ts';
import type { FolderReading } from './ports/document-folder.ts';

class Sets extends DocumentSets {
  drift = 0;
  absent = 0;

  override read(): Promise<DocumentsAtOnce> {
    const key = { kind: 'Service', project: 'p', name: 'n', revision: 'r' };
    const members = Array.from({ length: this.absent }, () => {
      return { ...key, set: 'ours', isPresent: false };
    });
    return Promise.resolve({ documents: [], sets: [], members });
  }

  override apply(): never {
    throw new Error('the follower applies by the service');
  }

  override counts(): never {
    throw new Error('nobody counts');
  }

  override drifted() {
    const key = { kind: 'Service', project: 'p', name: 'n', set: 'ours' };
    const one = { ...key, wanted: 'a', applied: 'b', appliedBy: 'ann', appliedAt: 0 };
    return Promise.resolve(Array.from({ length: this.drift }, () => one));
  }
}

const rule: FollowRule = {
  set: 'ours',
  prune: false,
  selfHeal: false,
  settleMs: 2_000,
  retryMs: 60_000,
  leaseMs: 30_000,
};

let scratch: string;
let folder: string;
let now: number;
let sets: Sets;
let following: MemoryFollowStore;
let applied: FolderReading[];
let refusal: CrossfadeError | null;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'crossfade-follower-'));
  folder = join(scratch, 'policies');
  await mkdir(folder);
  now = 1_000_000;
  sets = new Sets();
  following = new MemoryFollowStore(() => now);
  applied = [];
  refusal = null;
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

function server(owner = 'a', change: Partial<FollowRule> = {}, path = folder): FolderFollower {
  const world = {
    folder: new MountedFolder(path),
    following,
    sets,
    clock: { now: () => Promise.resolve(now) },
    apply: (reading: FolderReading): Promise<void> => {
      if (refusal !== null) return Promise.reject(refusal);
      applied.push(reading);
      return Promise.resolve();
    },
  };
  return new FolderFollower(world, { ...rule, ...change }, owner);
}

/** So many looks, a second apart. */
async function looks(follower: FolderFollower, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await follower.look();
    now += 1_000;
  }
}

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
const texts = (): readonly string[] =>
  applied.map(({ files }) => files.map((one) => one.text).join());
const fault = () => following.row('ours')?.fault;

describe('a server that follows a folder', () => {
  it('applies it once it has stood still, and again when it has changed', async () => {
    await write('a.yaml', 'one');
    const follower = server();
    await looks(follower, 2);
    expect(texts()).toEqual([]);
    await looks(follower, 4);
    expect(texts()).toEqual(['one']);
    await write('a.yaml', 'two');
    await looks(follower, 4);
    expect(texts()).toEqual(['one', 'two']);
  });

  it('applies no file while it is being written', async () => {
    const follower = server();
    for (const text of ['o', 'on', 'one']) {
      await write('a.yaml', text);
      await looks(follower, 2);
    }
    expect(texts()).toEqual([]);
    await looks(follower, 2);
    expect(texts()).toEqual(['one']);
  });

  it('takes a swapped ConfigMap, and the commit of git-sync, each as a whole', async () => {
    const commits = ['1'.repeat(40), '2'.repeat(40)];
    const path = join(scratch, 'current');
    const follower = server('a', {}, path);
    for (const commit of commits) {
      await mkdir(join(scratch, commit));
      await writeFile(join(scratch, commit, 'a.yaml'), 'same');
      await symlink(commit, `${path}.new`);
      await rename(`${path}.new`, path);
      await looks(follower, 4);
    }
    expect(applied.map(({ commit }) => commit)).toEqual(commits);
    expect(texts()).toEqual(['same', 'same']);
  });

  it('keeps the last good revision, says what is wrong since when, and goes on when it is mended', async () => {
    await write('a.yaml', 'good');
    const follower = server();
    await looks(follower, 3);
    const place = { file: 'a.yaml', line: 3, column: 5, message: 'unknown key' };
    refusal = new CrossfadeError('invalidInput', '1 fault', { faults: [place] });
    await write('a.yaml', 'bad');
    await looks(follower, 3);
    const since = fault()?.since;
    expect(fault()).toMatchObject({ message: '1 fault', faults: [place] });
    await write('a.yaml', 'worse');
    await looks(follower, 3);
    expect(fault()?.since).toBe(since);
    refusal = null;
    await write('a.yaml', 'better');
    await looks(follower, 3);
    expect([texts(), fault()]).toEqual([['good', 'better'], null]);
  });

  it('tries what was refused again after a while: it may stand on what others apply', async () => {
    await write('a.yaml', 'one');
    const follower = server();
    refusal = new CrossfadeError('conflict', 'belongs to another set');
    await looks(follower, 30);
    refusal = null;
    await looks(follower, 30);
    expect(texts()).toEqual([]);
    await looks(follower, 10);
    expect([texts(), fault()]).toEqual([['one'], null]);
  });

  it('says that a folder is gone only when it stays so', async () => {
    await write('a.yaml', 'one');
    const follower = server();
    await looks(follower, 3);
    await rename(folder, `${folder}.away`);
    await looks(follower, 2);
    expect(fault()).toBeNull();
    await looks(follower, 1);
    expect(fault()?.message).toMatch(/policies cannot be read \(ENOENT\)/);
  });

  it('leaves what people applied over it until the folder changes, or sets it back at once', async () => {
    await write('a.yaml', 'one');
    const [patient, healing] = [server('a'), server('a', { selfHeal: true })];
    await looks(patient, 3);
    sets.drift = 1;
    await looks(patient, 90);
    expect(texts()).toEqual(['one']);
    await looks(healing, 3);
    expect(texts()).toEqual(['one', 'one']);
  });

  it('comes back for what could not be pruned', async () => {
    await write('a.yaml', 'one');
    const follower = server('a', { prune: true });
    await looks(follower, 3);
    sets.absent = 1;
    await looks(follower, 50);
    expect(applied).toHaveLength(1);
    await looks(follower, 15);
    expect(applied).toHaveLength(2);
  });

  it('is the only one: another server takes over once its turn is over', async () => {
    await write('a.yaml', 'one');
    const [first, second] = [server('a'), server('b')];
    await looks(first, 3);
    await write('a.yaml', 'two');
    await looks(second, 10);
    expect(texts()).toEqual(['one']);
    await looks(second, 25);
    expect(texts()).toEqual(['one', 'two']);
    expect(following.row('ours')?.owner).toBe('b');
  });
});
