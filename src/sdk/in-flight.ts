import type { Cancel } from './timing.ts';

/**
 * Work on the new side that has not ended, by the revision that it was decided under. A rollback has
 * drained when nothing older than its revision is left.
 */
export class InFlight {
  readonly #counts = new Map<string, Map<number, number>>();
  #running = 0;
  readonly #onEnded: (migration: string, revision: number) => void;
  readonly #idle = new Set<() => void>();

  constructor(onEnded: (migration: string, revision: number) => void) {
    this.#onEnded = onEnded;
  }

  begin(migration: string, revision: number): void {
    this.#running += 1;
    let counts = this.#counts.get(migration);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(migration, counts);
    }
    counts.set(revision, (counts.get(revision) ?? 0) + 1);
  }

  end(migration: string, revision: number): void {
    this.#running -= 1;
    const counts = this.#counts.get(migration);
    const left = (counts?.get(revision) ?? 0) - 1;
    if (left > 0) {
      counts?.set(revision, left);
      return;
    }
    counts?.delete(revision);
    this.#onEnded(migration, revision);
    if (this.#running === 0) for (const tell of this.#idle) tell();
  }

  /** How much of it was decided under a revision older than `revision`. */
  draining(migration: string, revision: number): number {
    let sum = 0;
    for (const [decided, count] of this.#counts.get(migration) ?? []) {
      if (decided < revision) sum += count;
    }
    return sum;
  }

  /** Resolves when nothing runs on the new side. */
  whenIdle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const tell: Cancel = () => {
        this.#idle.delete(tell);
        resolve();
      };
      this.#idle.add(tell);
    });
  }
}
