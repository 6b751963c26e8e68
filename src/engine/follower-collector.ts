import type { FlagProviders } from './effect-executor.ts';
import { foreignFlags } from './foreign-flags.ts';
import type { EventLog } from './ports/event-log.ts';
import type { InstanceRegistry } from './ports/instance-registry.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/**
 * Asks foreign flag systems who follows a rollout's flag without our SDK. While one cannot be asked,
 * whom it named before goes silent, and holds the rollout as any silent process does.
 */
export class FollowerCollector {
  readonly #store: RolloutStore;
  readonly #flags: FlagProviders;
  readonly #registry: InstanceRegistry;
  readonly #events: EventLog;

  constructor(
    store: RolloutStore,
    flags: FlagProviders,
    registry: InstanceRegistry,
    events: EventLog,
  ) {
    this.#store = store;
    this.#flags = flags;
    this.#registry = registry;
    this.#events = events;
  }

  async collect(): Promise<void> {
    for (const { rollout, name, provider, system } of await foreignFlags(
      this.#store,
      this.#flags,
    )) {
      try {
        const work = { part: 'read followers', lane: provider };
        const followers = await this.#events.during(work, () => system.followers(name));
        if (followers.length === 0) continue;
        const unknown = { revision: null, intervalMs: null };
        const clients = followers.map(({ app, instance, environment, sdk, ...elsewhere }) => {
          const asked = [rollout.policy];
          return { app, instance, environment, sdk, ...unknown, asked, elsewhere };
        });
        await this.#registry.seen(clients);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        this.#events.write({ kind: 'fault', where: `followers of flag ${name}`, error: words });
      }
    }
  }
}
