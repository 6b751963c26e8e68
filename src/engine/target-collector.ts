import { wordsOf } from '../core/schema-migration/drift/drift.ts';
import type { Clock } from './ports/clock.ts';
import type { ObservationStore, TargetObservation } from './ports/observation-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';

type ActiveRollout = Awaited<ReturnType<RolloutStore['active']>>[number];

/** Observes a target for its active rollouts. That it cannot be observed is an observation too. */
export class TargetCollector {
  readonly #store: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #targets: Targets;
  readonly #clock: Clock;

  constructor(store: RolloutStore, observations: ObservationStore, targets: Targets, clock: Clock) {
    this.#store = store;
    this.#observations = observations;
    this.#targets = targets;
    this.#clock = clock;
  }

  /** Looks at one target. Returns the policies for which something changed. */
  async collect(target: string): Promise<readonly string[]> {
    const active = await this.#store.active(target);
    const seen = await Promise.all(active.map((pair) => this.#collectOne(pair)));
    return seen.filter((policy) => policy !== null);
  }

  async #collectOne({ rollout, policy }: ActiveRollout): Promise<string | null> {
    const before = await this.#observations.target(rollout.id);
    const seen = await this.#observe(policy, rollout.id, before);
    await this.#observations.putTarget(rollout.id, seen);
    return before === null || differs(before, seen) ? policy.name : null;
  }

  async #observe(
    { target, name, schemaMigration }: ActiveRollout['policy'],
    rollout: string,
    before: TargetObservation | null,
  ): Promise<TargetObservation> {
    const at = await this.#clock.now();
    try {
      const works = await this.#targets.open(target);
      const [jobs, routeRow, health, [drift]] = await Promise.all([
        works.jobs(rollout),
        works.readRoute(name),
        works.health(),
        works.records.drift(schemaMigration.name),
      ]);
      const drifted = drift === undefined ? {} : { drift: wordsOf(drift) };
      return { jobs, routeRow, health, error: null, at, ...drifted };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return {
        jobs: before?.jobs ?? [],
        routeRow: before?.routeRow ?? null,
        health: null,
        error: words,
        at,
        ...(before?.drift === undefined ? {} : { drift: before.drift }),
      };
    }
  }
}

function differs(a: TargetObservation, b: TargetObservation): boolean {
  const essence = (seen: TargetObservation): string =>
    JSON.stringify([seen.jobs, seen.routeRow, seen.error, seen.drift]);
  return essence(a) !== essence(b);
}
