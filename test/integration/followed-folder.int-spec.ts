import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MountedFolder } from '../../src/adapters/document-folder/mounted-folder.ts';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresDocumentSets } from '../../src/adapters/postgres/postgres-document-sets.ts';
import { PostgresDocumentStore } from '../../src/adapters/postgres/postgres-document-store.ts';
import { PostgresFollowStore } from '../../src/adapters/postgres/postgres-follow-store.ts';
import type { DocumentSetView } from '../../src/core/protocol/document-set-view.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { DocumentSetViews } from '../../src/engine/document-set-views.ts';
import { FolderFollower } from '../../src/engine/folder-follower.ts';
import { Config } from '../../src/server/config.ts';
import { DocumentSetsService } from '../../src/server/documents/document-sets.service.ts';
import { DocumentsService } from '../../src/server/documents/documents.service.ts';
import { followedSet } from '../../src/server/follow/followed-set.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const rule = {
  set: 'followed',
  prune: true,
  selfHeal: false,
  settleMs: 2_000,
  retryMs: 60_000,
  leaseMs: 30_000,
};

const base = `apiVersion: crossfade/v1
kind: Target
metadata: { name: db }
spec: { url: { env: DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: api }
spec: { target: db, unit: { key: tenantId } }
`;
const policy = (column: string): string => `apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: p }
spec:
  service: api
  change: [{ addColumn: { table: users, column: ${column}, type: date } }]
`;

let state: StateDatabase;
let folder: string;
let documents: DocumentsService;
let following: PostgresFollowStore;
let sets: PostgresDocumentSets;
let clock: PostgresClock;

beforeAll(async () => {
  state = await createStateDatabase();
  folder = await mkdtemp(join(tmpdir(), 'crossfade-followed-'));
  documents = new DocumentsService(new PostgresDocumentStore(state.source), Config.read({}));
  following = new PostgresFollowStore(state.source);
  sets = new PostgresDocumentSets(state.source);
  clock = new PostgresClock(state.source);
});

afterAll(async () => {
  await state?.close();
  await rm(folder, { recursive: true, force: true });
});

function server(owner: string): FolderFollower {
  const service = new DocumentSetsService(documents, sets, state.rollouts);
  const world = { folder: new MountedFolder(folder), following, sets, clock };
  return new FolderFollower({ ...world, apply: followedSet(service, rule) }, rule, owner);
}

/** Three looks, so much time apart. */
async function look(follower: FolderFollower, apartMs = 1_000): Promise<void> {
  for (let at = 0; at < 3; at += 1) {
    await follower.look();
    await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [
      apartMs,
    ]);
  }
}

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

async function seen(
  sees = (_project: string): boolean => true,
): Promise<DocumentSetView | undefined> {
  const [set] = await new DocumentSetViews(sets, following, clock).list(sees);
  return set;
}

const textOf = async (name: string): Promise<string> =>
  (await documents.list()).find((one) => one.name === name)?.text ?? '';

describe('a server that follows a folder', () => {
  it('applies it, and never moves a rollout that is under way', async () => {
    await mkdir(join(folder, 'shop'));
    await write('base.yaml', base);
    await write('shop/p.yaml', policy('c'));
    const follower = server('a');
    await look(follower);
    expect(await seen()).toMatchObject({ name: 'followed', documents: 3, follow: { by: 'a' } });
    const pinned = await documents.effectivePolicy('p');
    await state.rollouts.create(createRollout(pinned, 'p-1', 1, 1_000, 0), pinned);
    const before = await state.rollouts.named('p');
    await write('shop/p.yaml', policy('d'));
    await look(follower);
    expect(await textOf('p')).toContain('column: d');
    expect(await state.rollouts.named('p')).toEqual(before);
    await rm(join(folder, 'shop/p.yaml'));
    await look(follower);
    expect(await seen()).toMatchObject({
      documents: 2,
      absent: [{ kind: 'RolloutPolicy', name: 'p' }],
    });
    expect(await state.rollouts.named('p')).toEqual(before);
  });

  it('keeps the last good revision of a bad one, and says file, line and column', async () => {
    const good = await documents.list();
    await write('base.yaml', base.replace('unit:', 'units:'));
    await look(server('a'));
    expect((await seen())?.follow?.fault).toMatchObject({
      message: '1 fault; nothing was applied',
      faults: [{ file: 'base.yaml', line: 9, column: 21 }],
    });
    const toOthers = (await seen((project) => project === 'default'))?.follow?.fault;
    expect(toOthers).toMatchObject({ message: expect.stringMatching(/is told why$/), faults: [] });
    expect(await documents.list()).toEqual(good);
    await write('base.yaml', base);
    await look(server('a'));
    expect((await seen())?.follow?.fault).toBeNull();
  });

  it('stores nothing once another server has the turn', async () => {
    const late = await following.take('followed', folder, 'a', 1);
    await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + 10');
    await look(server('b'));
    const application = {
      set: 'followed',
      revision: 'late',
      commit: null,
      dirty: false,
      by: 'follow',
      changed: [],
      pruned: [],
      members: [],
      basis: await sets.read(),
      turn: late?.turn ?? null,
    };
    expect(late).not.toBeNull();
    expect(await sets.apply(application)).toBe('late');
    expect(await following.take('followed', folder, 'a', 1)).toBeNull();
  });
});
