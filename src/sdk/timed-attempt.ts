import { endedBadly, overdue } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { Pending } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import type { Timing } from './timing.ts';

/** What an attempt under a time limit stands on. */
export interface AttemptSources {
  readonly timing: Timing;
  readonly deadlines: Deadlines;
  readonly notAnError: (error: unknown) => boolean;
}

const nobody = (): void => {};

/**
 * One side's closure, running under a time limit; never rejects. It costs one promise of its own, and
 * one look at the clock at either end.
 */
export class TimedAttempt<T> extends Pending {
  /** How it ended, or `overdue` when its limit came first. */
  readonly inTime: Promise<Attempt<T>>;
  override readonly dueAt: number;
  readonly #sources: AttemptSources;
  readonly #startedAt: number;
  #tell: (made: Attempt<T>) => void = nobody;
  #made: Attempt<T> | null = null;
  #tellWhole: (made: Attempt<T>) => void = nobody;

  /** @param limitMs may be infinite */
  constructor(run: () => T | PromiseLike<T>, limitMs: number, sources: AttemptSources) {
    super();
    this.#sources = sources;
    this.#startedAt = sources.timing.monotonicMs();
    this.dueAt = this.#startedAt + limitMs;
    this.inTime = new Promise((resolve) => {
      this.#tell = resolve;
    });
    sources.deadlines.add(this);
    this.#start(run);
  }

  /** How it ends, however long that takes; to be asked once. */
  whole(): Promise<Attempt<T>> {
    const made = this.#made;
    if (made !== null) return Promise.resolve(made);
    return new Promise((resolve) => {
      this.#tellWhole = resolve;
    });
  }

  override expire(): void {
    this.#tell(overdue);
  }

  #start(run: () => T | PromiseLike<T>): void {
    let running: T | PromiseLike<T>;
    try {
      running = run();
    } catch (error) {
      this.#failed(error);
      return;
    }
    void Promise.resolve(running).then(
      (value) => this.#end({ ok: true, value, milliseconds: this.#elapsedMs() }),
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.#end(endedBadly(error, this.#elapsedMs(), this.#sources.notAnError));
  }

  #elapsedMs(): number {
    return this.#sources.timing.monotonicMs() - this.#startedAt;
  }

  #end(made: Attempt<T>): void {
    this.#sources.deadlines.remove(this);
    this.#made = made;
    this.#tell(made);
    this.#tellWhole(made);
  }
}
