import type { EventLog } from './ports/event-log.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';

/** How long one turn at a target's jobs may take before progress is looked at. Milliseconds. */
const turnMs = 400;

/** Works on the jobs of every target that an active rollout needs. */
export class TargetWorkers {
  readonly #rollouts: RolloutStore;
  readonly #targets: Targets;
  readonly #events: EventLog;
  readonly #name: string;
  readonly #abort = new AbortController();

  constructor(rollouts: RolloutStore, targets: Targets, events: EventLog, name: string) {
    this.#rollouts = rollouts;
    this.#targets = targets;
    this.#events = events;
    this.#name = name;
  }

  /** One turn at each target, side by side. True when something was done anywhere. */
  async work(): Promise<boolean> {
    const active = await this.#rollouts.active();
    const names = [...new Set(active.map(({ policy }) => policy.target))];
    const worked = await Promise.all(names.map((name) => this.#turn(name)));
    return worked.includes(true);
  }

  /** The current turn ends at its next batch; no further one begins to work. */
  stop(): void {
    this.#abort.abort();
  }

  async #turn(name: string): Promise<boolean> {
    if (this.#abort.signal.aborted) return false;
    try {
      const works = await this.#targets.open(name);
      return await works.work(this.#name, turnMs, this.#abort.signal);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#events.write({ kind: 'fault', where: `target ${name}`, error: words });
      return false;
    }
  }
}
