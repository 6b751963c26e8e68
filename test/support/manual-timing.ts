import type { Cancel, Timing } from '../../src/sdk/timing.ts';

interface Timer {
  dueAt: number;
  readonly everyMs: number | null;
  readonly run: () => void;
}

/** Time that moves only when a test says so. */
export class ManualTiming implements Timing {
  /** What `random` answers; 0 samples everything. */
  chance = 0;
  #now = 1_000;
  readonly #timers = new Set<Timer>();

  monotonicMs(): number {
    return this.#now;
  }

  epochMs(): number {
    return 1_700_000_000_000 + this.#now;
  }

  after(ms: number, run: () => void): Cancel {
    return this.#add({ dueAt: this.#now + ms, everyMs: null, run });
  }

  every(ms: number, run: () => void): Cancel {
    return this.#add({ dueAt: this.#now + ms, everyMs: ms, run });
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  hold(): Cancel {
    return () => {};
  }

  random(): number {
    return this.chance;
  }

  /** Lets `ms` pass: timers run when they are due, and what they begin goes on in between. */
  async advance(ms: number): Promise<void> {
    await settle();
    const end = this.#now + ms;
    for (;;) {
      const next = this.#next(end);
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.dueAt);
      this.#fire(next);
      await settle();
    }
    this.#now = end;
  }

  /** Lets `ms` pass without this process: no timer runs, as after SIGSTOP. */
  freeze(ms: number): void {
    this.#now += ms;
  }

  #add(timer: Timer): Cancel {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers]
      .filter((timer) => timer.dueAt <= end)
      .toSorted((a, b) => a.dueAt - b.dueAt)[0];
  }

  #fire(timer: Timer): void {
    if (timer.everyMs === null) this.#timers.delete(timer);
    // Like Node, a repeated timer that is late runs once and goes on from there.
    else timer.dueAt = this.#now + timer.everyMs;
    timer.run();
  }
}

/** Lets everything that can go on without time or input go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
