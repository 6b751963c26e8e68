import type { EventLog } from '../../engine/ports/event-log.ts';

/** One periodic task: never twice at a time, hurried on request, its faults logged and survived. */
export class Beat {
  readonly name: string;
  readonly #everyMs: number;
  readonly #events: EventLog;
  readonly #task: () => Promise<void>;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(name: string, everyMs: number, events: EventLog, task: () => Promise<void>) {
    this.name = name;
    this.#everyMs = everyMs;
    this.#events = events;
    this.#task = task;
  }

  start(): NodeJS.Timeout {
    this.#timer = setInterval(() => this.#begin(), this.#everyMs);
    return this.#timer;
  }

  /** Runs now; when it is already running, once more right afterwards. */
  hurry(): void {
    if (this.#running !== null) this.#again = true;
    else this.#begin();
  }

  /** No further run begins; returns when the current one has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  #begin(): void {
    if (this.#stopped || this.#running !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (!this.#again) return;
      this.#again = false;
      this.#begin();
    });
  }

  async #run(): Promise<void> {
    try {
      await this.#task();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#events.write({ kind: 'fault', where: this.name, error: words });
    }
  }
}
