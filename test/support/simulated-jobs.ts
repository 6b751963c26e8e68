import type { JobSpec, JobState } from '../../src/core/schema-migration/job.ts';

interface Job {
  readonly spec: JobSpec;
  generation: number;
  state: 'running' | 'done' | 'revoked';
  /** What it still has to do, in milliseconds. */
  left: number;
  differences: number | null;
  throttle: string | null;
}

/** The jobs of a small target. They obey generations as `crossfade.job` does. */
export class SimulatedJobs {
  /** How long a job takes; 0 is done as soon as asked for. */
  takesMs = 0;
  /** Rows that a parity check would find to differ. */
  differences = 0;
  readonly #jobs = new Map<string, Job>();

  get states(): readonly JobState[] {
    return [...this.#jobs.values()].map(stateOf);
  }

  has(kind: JobState['kind']): boolean {
    return this.states.some((job) => job.kind === kind && job.status === 'done');
  }

  ensure(spec: JobSpec): void {
    const known = this.#jobs.get(spec.id);
    if (known === undefined) {
      const { generation } = spec;
      const fresh = {
        generation,
        state: 'running',
        left: this.takesMs,
        differences: null,
        throttle: null,
      } as const;
      this.#jobs.set(spec.id, { spec, ...fresh });
      this.pass(0);
      return;
    }
    if (known.state === 'done' || known.generation >= spec.generation) return;
    known.generation = spec.generation;
    known.state = 'running';
  }

  /** True when a job was stopped. */
  revoke(id: string, upTo: number): boolean {
    const known = this.#jobs.get(id);
    if (known?.state !== 'running' || known.generation > upTo) return false;
    known.state = 'revoked';
    return true;
  }

  throttle(id: string, reason: string | null): void {
    const known = this.#jobs.get(id);
    if (known?.state === 'running') known.throttle = reason;
  }

  pass(ms: number): void {
    for (const job of this.#jobs.values()) {
      if (job.state !== 'running') continue;
      job.left -= ms;
      if (job.left > 0) continue;
      job.state = 'done';
      job.differences = job.spec.kind === 'verify' ? this.differences : null;
    }
  }
}

function stateOf({ spec, generation, state, differences, throttle }: Job): JobState {
  const { id, rollout, kind } = spec;
  const rows = { done: 1_000, total: 1_000, quarantined: 0, reason: null };
  const slow = throttle === null ? {} : { throttle };
  return { id, rollout, kind, generation, status: state, differences, ...rows, ...slow };
}
