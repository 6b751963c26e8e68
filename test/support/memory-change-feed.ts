import type { Change } from '../../src/core/protocol/change.ts';
import { ChangeFeed, type ChangeListener } from '../../src/engine/ports/change-feed.ts';

/** A feed that tells what the spec says. */
export class MemoryChangeFeed extends ChangeFeed {
  readonly #listeners = new Set<ChangeListener>();

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(name: string, project = 'default', kind: Change['kind'] = 'rollout'): void {
    for (const listener of this.#listeners) listener.changed({ kind, name, project });
  }

  miss(): void {
    for (const listener of this.#listeners) listener.missed();
  }

  confirm(now: number): void {
    for (const listener of this.#listeners) listener.confirmed(now);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
