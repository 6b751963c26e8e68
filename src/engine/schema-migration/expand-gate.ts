import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';

/** What a look came to: expand waits for something, or may begin, with or without a word at its end. */
export type Looked =
  Extract<TurnEnd, { kind: 'waits' }> | { readonly kind: 'open'; readonly remark: string | null };

/** One look at a target before anything is created there. */
export type GateLook = (job: ClaimedJob) => Promise<Looked>;

/**
 * Stands before expand: nothing is created while one of its looks finds something in the way. What only
 * deserves a word is added to what expand has to say at its end.
 */
export class ExpandGate implements JobRunner {
  readonly #looks: readonly GateLook[];
  readonly #store: JobStore;
  readonly #expand: JobRunner;
  /** What passed looks have to say of a job: while it waits for another one, or for a lock, they are not repeated. */
  readonly #passed = new Map<string, readonly (string | null)[]>();

  constructor(looks: readonly GateLook[], store: JobStore, expand: JobRunner) {
    this.#looks = looks;
    this.#store = store;
    this.#expand = expand;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const held = await this.#look(turn.job);
    if (held !== null) return held;
    const end = await this.#expand.run(turn);
    if (end.kind === 'finished') await this.#tell(turn.job);
    return end;
  }

  async #look(job: ClaimedJob): Promise<TurnEnd | null> {
    // With a total expand has begun: what would be found now may be what it made.
    if (job.total !== null) return null;
    const passed = this.#passed.get(job.id) ?? [];
    for (const look of this.#looks.slice(passed.length)) {
      const looked = await look(job);
      if (looked.kind === 'waits') return looked;
      this.#passed.set(job.id, [...(this.#passed.get(job.id) ?? []), looked.remark]);
    }
    return null;
  }

  async #tell({ id }: ClaimedJob): Promise<void> {
    const remarks = (this.#passed.get(id) ?? []).filter((one) => one !== null);
    this.#passed.delete(id);
    if (remarks.length > 0) await this.#store.remark(id, remarks.join('; '));
  }
}
