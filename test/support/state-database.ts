import type { DataSource } from 'typeorm';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { createDatabase } from './database.ts';

/** A database of a spec's own that holds Crossfade's state, and nothing in it yet. */
export interface StateDatabase {
  readonly url: string;
  readonly source: DataSource;
  readonly rollouts: PostgresRolloutStore;
  close(): Promise<void>;
}

export async function createStateDatabase(): Promise<StateDatabase> {
  const database = await createDatabase();
  const source = await openStateDatabase(database.url);
  return {
    url: database.url,
    source,
    rollouts: new PostgresRolloutStore(source),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
}
