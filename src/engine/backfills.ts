import type { BackfillView } from '../core/protocol/backfill-view.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import { jobEta } from '../core/schema-migration/job-eta.ts';
import type { JobState } from '../core/schema-migration/job.ts';
import type { PaceChange } from '../core/schema-migration/pace.ts';
import type { ObservationStore } from './ports/observation-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';

/** What people may know of backfills, and change about one while it runs. */
export class Backfills {
  readonly #rollouts: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #targets: Targets;

  constructor(rollouts: RolloutStore, observations: ObservationStore, targets: Targets) {
    this.#rollouts = rollouts;
    this.#observations = observations;
    this.#targets = targets;
  }

  /** As it was last seen. Throws `notFound`. */
  async view(name: string): Promise<BackfillView> {
    const { rollout } = await this.#rollouts.named(name);
    return this.#seen(rollout);
  }

  /**
   * Changes how hard it presses, from the next batch on; answers with what the target says now.
   * Throws `notFound`, `refused` or `unavailable`.
   */
  async change(name: string, change: PaceChange, by: string): Promise<BackfillView> {
    const { rollout, policy } = await this.#rollouts.named(name);
    const works = await this.#targets.open(policy.target);
    await works.changePace(rollout.id, change, by);
    return viewOf(rollout, await works.jobs(rollout.id));
  }

  async #seen(rollout: Rollout): Promise<BackfillView> {
    return viewOf(rollout, (await this.#observations.target(rollout.id))?.jobs ?? []);
  }
}

function viewOf({ id, policy }: Rollout, jobs: readonly JobState[]): BackfillView {
  const job = jobs.findLast(({ kind }) => kind === 'backfill') ?? null;
  return { rollout: id, policy, job, etaMs: job === null ? null : jobEta(job) };
}
