import type { DataSource } from 'typeorm';
import {
  type FeaturePlaces,
  FeatureStore,
  type FeatureWrite,
} from '../../engine/ports/feature-store.ts';
import { FeatureTransaction } from './feature-transaction.ts';
import { PostgresClock } from './postgres-clock.ts';

interface Named {
  readonly name: string;
}

export class PostgresFeatureStore extends FeatureStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async write(writes: readonly FeatureWrite[], by: string): Promise<void> {
    const at = await new PostgresClock(this.#source).now();
    await this.#source.transaction(async (manager) => {
      // Taken before anything is looked at: what is compared then stays so until the commit. It is
      // the lock under which changes get their revisions.
      await manager.query('SELECT pg_advisory_xact_lock(7265838)');
      await new FeatureTransaction(manager, by, at).write(writes);
    });
  }

  async places(): Promise<FeaturePlaces> {
    const [projects, environments] = await Promise.all([
      this.#source.query<Named[]>('SELECT name FROM crossfade_state.project ORDER BY name'),
      this.#source.query<Named[]>('SELECT name FROM crossfade_state.environment ORDER BY name'),
    ]);
    return {
      projects: projects.map(({ name }) => name),
      environments: environments.map(({ name }) => name),
    };
  }
}
