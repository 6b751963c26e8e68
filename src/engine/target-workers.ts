import { TURN_MS } from '../core/schema-migration/batch-size.ts';
import type { Targets } from './ports/targets.ts';

/** Works on the jobs of targets, in the name of a worker. */
export class TargetWorkers {
  readonly #targets: Targets;
  readonly #name: string;
  readonly #abort = new AbortController();

  constructor(targets: Targets, worker: { readonly name: string }) {
    this.#targets = targets;
    this.#name = worker.name;
  }

  /** One turn at a target. True when something was done. Throws `notFound` or `unavailable`. */
  async work(target: string): Promise<boolean> {
    if (this.#abort.signal.aborted) return false;
    const works = await this.#targets.open(target);
    return works.work(this.#name, TURN_MS, this.#abort.signal);
  }

  /** The current turn ends at its next batch; no further one begins to work. */
  stop(): void {
    this.#abort.abort();
  }
}
