import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresDocumentHistory } from '../../src/adapters/postgres/postgres-document-history.ts';
import { PostgresDocumentStore } from '../../src/adapters/postgres/postgres-document-store.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const key = { kind: 'Service', project: 'shop', name: 'users-api' };

let state: StateDatabase;

beforeAll(async () => {
  state = await createStateDatabase();
});

afterAll(() => state.close());

/** Moves the clock on, so that each application has a time of its own. */
async function apply(revision: string, by: string): Promise<void> {
  await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + 60000');
  const document = { ...key, revision, body: { text: `text of ${revision}` } };
  await new PostgresDocumentStore(state.source).put([document], by);
}

describe('the history of documents', () => {
  it('keeps each revision as it was written; one that is applied again is the newest', async () => {
    await apply('a', 'ann');
    await apply('b', 'bob');
    await apply('a', 'eve');
    const history = new PostgresDocumentHistory(state.source);
    const revisions = await history.revisions(key, 20);
    expect(revisions).toMatchObject([
      { revision: 'a', text: 'text of a', appliedBy: 'eve' },
      { revision: 'b', text: 'text of b', appliedBy: 'bob' },
    ]);
    expect(await history.revisions(key, 1)).toHaveLength(1);
    expect(await history.revisions({ ...key, project: 'bank' }, 20)).toEqual([]);
  });
});
