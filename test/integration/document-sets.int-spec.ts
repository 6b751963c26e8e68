import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresDocumentSets } from '../../src/adapters/postgres/postgres-document-sets.ts';
import { PostgresDocumentStore } from '../../src/adapters/postgres/postgres-document-store.ts';
import { PostgresFollowStore } from '../../src/adapters/postgres/postgres-follow-store.ts';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import type { Roles } from '../../src/core/access/role.ts';
import type {
  AppliedSetAnswer,
  SetRequest,
} from '../../src/server/documents/document-sets.service.ts';
import { DocumentSetsService } from '../../src/server/documents/document-sets.service.ts';
import { DocumentSetViews } from '../../src/engine/document-set-views.ts';
import { DocumentsService } from '../../src/server/documents/documents.service.ts';
import { Config } from '../../src/server/config.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const everywhere: Roles = new Map([['*', 'admin']]);

let state: StateDatabase;
let sets: PostgresDocumentSets;
let documents: DocumentsService;
let service: DocumentSetsService;

beforeAll(async () => {
  state = await createStateDatabase();
  sets = new PostgresDocumentSets(state.source);
  documents = new DocumentsService(new PostgresDocumentStore(state.source), Config.read({}));
  service = new DocumentSetsService(documents, sets, state.rollouts);
});

afterAll(() => state.close());

beforeEach(async () => {
  await state.source.query(
    'TRUNCATE crossfade_state.document, crossfade_state.document_set CASCADE',
  );
});

const envelope = (kind: string, name: string, spec: string, project = 'shop'): string =>
  `---\napiVersion: crossfade/v1\nkind: ${kind}\nmetadata: { name: ${name}, project: ${project} }\nspec: ${spec}\n`;
const target = (name = 'db', project?: string): string =>
  envelope('Target', name, '{ url: { env: DB_URL } }', project);
const api = (name = 'api', atLeast = 1): string =>
  envelope('Service', name, `{ target: db, atLeast: ${atLeast}, unit: { key: tenantId } }`);
const policy = envelope(
  'RolloutPolicy',
  'p',
  '{ service: api, change: [{ addColumn: { table: users, column: c, type: date } }] }',
);

const filesOf = (text: string) => [{ name: 'all.yaml', text }];

const request: SetRequest = {
  name: 'ours',
  prune: true,
  dryRun: false,
  commit: null,
  dirty: false,
  turn: null,
};

function apply(
  text: string,
  how: Partial<SetRequest> = {},
  roles = everywhere,
): Promise<AppliedSetAnswer> {
  return service.apply(filesOf(text), { ...request, ...how }, { by: 'ann', roles });
}

const told = ({ set }: AppliedSetAnswer): string =>
  set.changes.map(({ change, kind, name }) => `${change} ${kind} ${name}`).join(', ');

const applied = async (): Promise<string> =>
  (await sets.read()).documents.map(({ kind, name }) => `${kind} ${name}`).join(', ');

async function audited(): Promise<readonly string[]> {
  const rows: { action: string; subject: string }[] = await state.source.query(
    'SELECT action, subject FROM crossfade_state.audit ORDER BY seq',
  );
  return rows.map(({ action, subject }) => `${action} ${subject}`);
}

describe('a set of documents', () => {
  it('is applied as a whole, with its commit; what it no longer has is pruned, and said in the audit log', async () => {
    const before = (await audited()).length;
    const first = await apply(target() + api() + api('old'), { commit: 'abc1234', dirty: true });
    expect(told(first)).toBe('created Target db, created Service api, created Service old');
    expect((await sets.read()).sets).toMatchObject([
      {
        name: 'ours',
        revision: first.set.revision,
        commit: 'abc1234',
        dirty: true,
        appliedBy: 'ann',
      },
    ]);
    const second = await apply(target() + api('api', 2));
    expect(told(second)).toBe('unchanged Target db, updated Service api, pruned Service old');
    expect(await applied()).toBe('Service api, Target db');
    expect((await audited()).slice(before)).toEqual([
      'apply Target/db',
      'apply Service/api',
      'apply Service/old',
      'apply-set set/ours',
      'apply Service/api',
      'retire Service/old',
      'apply-set set/ours',
    ]);
  });

  it('that is as it was writes nothing, and a dry run neither', async () => {
    await apply(target());
    const before = await audited();
    await apply(target());
    expect(told(await apply(target() + api(), { dryRun: true }))).toBe(
      'unchanged Target db, created Service api',
    );
    expect(await audited()).toEqual(before);
    expect(await applied()).toBe('Target db');
  });

  it('is not applied at all when its last document cannot be stored, or a fault is anywhere', async () => {
    await apply(target() + api());
    const basis = await sets.read();
    const bad = { kind: 'Service', project: 'shop', name: 'bad', revision: 'r', body: undefined };
    const good = { ...bad, name: 'good', body: {} };
    const { commit, dirty } = request;
    const base = { set: 'ours', revision: 'r', commit, dirty, by: 'ann', members: [], turn: null };
    const pruned = [{ kind: 'Service', project: 'shop', name: 'api' }];
    await expect(sets.apply({ ...base, basis, pruned, changed: [good, bad] })).rejects.toThrow(
      'null value',
    );
    await expect(apply(`${target('new')}---\nkind: Target\n`)).rejects.toThrow(
      'nothing was applied',
    );
    expect(await sets.read()).toEqual(basis);
  });

  it('is not stored over what somebody else has applied meanwhile', async () => {
    await apply(target());
    const basis = await sets.read();
    await documents.apply(filesOf(api()), { by: 'bob', roles: everywhere });
    const { commit, dirty } = request;
    const base = { set: 'ours', revision: 'r', commit, dirty, by: 'ann', members: [], turn: null };
    expect(await sets.apply({ ...base, basis, pruned: [], changed: [] })).toBe('outdated');
  });

  it('keeps what a rollout lives by, which goes on with the policy that it began with', async () => {
    await apply(target() + api() + policy);
    const pinned = await documents.effectivePolicy('p');
    await state.rollouts.create(createRollout(pinned, 'p-1', 1, 1_000, 0), pinned);
    const changed = policy.replace('column: c', 'column: d');
    await apply(target() + api() + changed);
    expect((await state.rollouts.named('p')).policy).toEqual(pinned);
    const answer = await apply(target('other'));
    expect(told(answer)).toBe(
      'created Target other, kept RolloutPolicy p, kept Service api, kept Target db',
    );
    expect(answer.set.changes[1]?.why).toMatch(/^the rollout p-1 lives by it/);
    expect((await state.rollouts.named('p')).policy).toEqual(pinned);
    await state.source.query(`UPDATE crossfade_state.rollout SET ended = true, due_at = NULL`);
    expect(told(await apply(target('other')))).toMatch(
      /pruned RolloutPolicy p, pruned Service api/,
    );
  });

  it('is refused over another set, and to whoever does not reach all of it', async () => {
    await apply(target() + api());
    await expect(apply(api(), { name: 'theirs' })).rejects.toThrow('belongs to the set ours');
    const operator: Roles = new Map([['shop', 'operator']]);
    await expect(apply(api(), {}, operator)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await applied()).toBe('Service api, Target db');
  });

  it('may have the same name in another project once the former is pruned with it', async () => {
    await apply(target('db', 'shop'));
    await expect(apply(target('db', 'bank'), { prune: false })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(told(await apply(target('db', 'bank')))).toBe('created Target db, pruned Target db');
  });

  it('shows what drifted from it and what it left, to whoever may see that project', async () => {
    await apply(target() + api() + api('old'));
    await apply(target() + api(), { prune: false });
    const hand = await documents.apply(filesOf(target() + api('api', 9)), {
      by: 'bob',
      roles: everywhere,
    });
    expect(await service.over(hand.applied)).toEqual([
      { kind: 'Service', project: 'shop', name: 'api', set: 'ours' },
    ]);
    const views = new DocumentSetViews(
      sets,
      new PostgresFollowStore(state.source),
      new PostgresClock(state.source),
    );
    expect(await views.list(() => true)).toMatchObject([
      {
        name: 'ours',
        documents: 2,
        absent: [{ kind: 'Service', project: 'shop', name: 'old' }],
        drifted: [{ kind: 'Service', name: 'api', appliedBy: 'bob' }],
        follow: null,
      },
    ]);
    expect(await views.list((project) => project !== 'shop')).toMatchObject([
      { documents: 0, absent: [], drifted: [] },
    ]);
    expect(told(await apply(target() + api()))).toContain('updated Service api');
    expect((await views.list(() => true))[0]?.drifted).toEqual([]);
  });
});
