import type { EventLog, Work } from '../../engine/ports/event-log.ts';

/** A task that is never under way twice, can be hurried, and survives its faults, which are logged. */
export class Beat {
  readonly name: string;
  readonly #work: Work;
  readonly #events: EventLog;
  readonly #task: () => Promise<void>;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(work: Work, events: EventLog, task: () => Promise<void>) {
    this.name = work.lane === null ? work.part : `${work.part}, ${work.lane}`;
    this.#work = work;
    this.#events = events;
    this.#task = task;
  }

  start(everyMs: number): NodeJS.Timeout {
    this.#timer = setInterval(() => this.begin(), everyMs);
    return this.#timer;
  }

  /** Runs now, unless it is running. */
  begin(): void {
    if (this.#stopped || this.#running !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (!this.#again) return;
      this.#again = false;
      this.begin();
    });
  }

  /** Runs now; when it is already running, once more right afterwards. */
  hurry(): void {
    if (this.#running !== null) this.#again = true;
    else this.begin();
  }

  /** No further run begins; returns when the current one has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#events.during(this.#work, this.#task);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#events.write({ kind: 'fault', where: this.name, error: words });
    }
  }
}
