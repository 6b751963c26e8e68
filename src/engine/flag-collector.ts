import { ForeignEdit } from '../core/flags/foreign-edit.ts';
import type { FlagProviders } from './effect-executor.ts';
import { foreignFlags } from './foreign-flags.ts';
import type { EventLog } from './ports/event-log.ts';
import type { FlagMirror } from './ports/flag-mirror.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import { collectSpan } from './spans.ts';

/** Mirrors flags that live in a foreign flag system. Out of reach, the last copy stands. */
export class FlagCollector {
  readonly #store: RolloutStore;
  readonly #flags: FlagProviders;
  readonly #mirror: FlagMirror;
  readonly #events: EventLog;

  constructor(store: RolloutStore, flags: FlagProviders, mirror: FlagMirror, events: EventLog) {
    this.#store = store;
    this.#flags = flags;
    this.#mirror = mirror;
    this.#events = events;
  }

  async collect(): Promise<void> {
    for (const flag of await foreignFlags(this.#store, this.#flags)) {
      const { rollout, name, provider, system } = flag;
      try {
        const work = { part: 'read flag', lane: provider };
        const read = () => system.read(name);
        const observed = await this.#events.during(work, () =>
          this.#events.trace(collectSpan('flags', provider), read),
        );
        if (observed !== null) await this.#mirror.mirror(observed, provider);
      } catch (error) {
        // What a person did before this attempt was begun is answered by its beginning.
        const isNew = error instanceof ForeignEdit && error.changedAt >= rollout.startedAt;
        if (isNew) await this.#mirror.markEdited(name, error);
        const words = error instanceof Error ? error.message : String(error);
        this.#events.write({ kind: 'fault', where: `flag ${name}`, error: words });
      }
    }
  }
}
