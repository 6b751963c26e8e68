import type { Cancel } from './timing.ts';

/** Work on the new side under one revision of a migration. */
export interface WorkUnder {
  readonly migration: string;
  readonly revision: number;
  running: number;
}

/**
 * Work on the new side that has not ended, by the revision that it was decided under. A rollback has
 * drained when nothing older than its revision is left.
 */
export class InFlight {
  /** By migration, what began last at the end; that one is kept though nothing of it runs. */
  readonly #work = new Map<string, WorkUnder[]>();
  #running = 0;
  readonly #onEnded: (migration: string, revision: number) => void;
  readonly #idle = new Set<() => void>();

  constructor(onEnded: (migration: string, revision: number) => void) {
    this.#onEnded = onEnded;
  }

  /** What it returns is to be given to `end` once. */
  begin(migration: string, revision: number): WorkUnder {
    const work = this.#of(migration, revision);
    work.running += 1;
    this.#running += 1;
    return work;
  }

  end(work: WorkUnder): void {
    this.#running -= 1;
    work.running -= 1;
    if (work.running > 0) return;
    this.#onEnded(work.migration, work.revision);
    if (this.#running === 0) for (const tell of this.#idle) tell();
  }

  /** How much of it was decided under a revision older than `revision`. */
  draining(migration: string, revision: number): number {
    let sum = 0;
    for (const work of this.#work.get(migration) ?? []) {
      if (work.revision < revision) sum += work.running;
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

  #of(migration: string, revision: number): WorkUnder {
    const known = this.#work.get(migration) ?? [];
    const last = known.at(-1);
    if (last?.revision === revision) return last;
    const older = known.find((work) => work.revision === revision);
    if (older !== undefined) return older;
    const work = { migration, revision, running: 0 };
    const left = known.filter(({ running }) => running > 0);
    this.#work.set(migration, [...left, work]);
    return work;
  }
}
