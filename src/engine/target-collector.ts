import { watchedBorders } from '../core/schema-migration/border-watch.ts';
import type { JobState } from '../core/schema-migration/job.ts';
import { wordsOf } from '../core/schema-migration/drift/drift.ts';
import { mergeOldUse, type OldUsers } from '../core/rollout/old-use.ts';
import { lostExpand, lostWords } from './lost-expand.ts';
import { isInStep, roundsOf, watchesParity } from './parity-rounds.ts';
import { paritySample } from './parity-sample.ts';
import type { Clock } from './ports/clock.ts';
import type { EventLog } from './ports/event-log.ts';
import type { ObservationStore, TargetObservation } from './ports/observation-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';
import { collectSpan } from './spans.ts';
import type { TargetWorks } from './schema-migration/target-works.ts';

type ActiveRollout = Awaited<ReturnType<RolloutStore['active']>>[number];

/** Observes a target for its active rollouts. That it cannot be observed is an observation too. */
export class TargetCollector {
  readonly #store: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #targets: Targets;
  readonly #clock: Clock;
  readonly #events: EventLog;

  constructor(
    store: RolloutStore,
    observations: ObservationStore,
    targets: Targets,
    clock: Clock,
    events: EventLog,
  ) {
    this.#store = store;
    this.#observations = observations;
    this.#targets = targets;
    this.#clock = clock;
    this.#events = events;
  }

  /** Looks at one target. Returns the policies for which something changed. */
  async collect(target: string): Promise<readonly string[]> {
    const active = await this.#store.active(target);
    const seen = await this.#events.trace(collectSpan('targets', target), () =>
      Promise.all(active.map((pair) => this.#collectOne(pair))),
    );
    return seen.filter((policy) => policy !== null);
  }

  async #collectOne({ rollout, policy }: ActiveRollout): Promise<string | null> {
    const before = await this.#observations.target(rollout.id);
    const seen = await this.#observe(policy, rollout, before);
    await this.#observations.putTarget(rollout.id, seen);
    return before === null || differs(before, seen) ? policy.name : null;
  }

  async #observe(
    policy: ActiveRollout['policy'],
    { id, step }: ActiveRollout['rollout'],
    before: TargetObservation | null,
  ): Promise<TargetObservation> {
    const { target, name, schemaMigration } = policy;
    const at = await this.#clock.now();
    try {
      const works = await this.#targets.open(target);
      const [jobs, routeRow, health, [drift], noReturn] = await Promise.all([
        works.jobs(id),
        works.readRoute(name),
        works.health(),
        works.records.drift(schemaMigration.name),
        works.noReturn(schemaMigration),
      ]);
      const told = {
        ...(drift === undefined ? {} : { drift: wordsOf(drift) }),
        ...(lostExpand(before, jobs) ? { lost: true as const, drift: lostWords(policy) } : {}),
        ...(noReturn === null ? {} : { noReturn }),
      };
      const parity = watchesParity(policy) && isInStep(jobs) ? await roundsSeen(works, id, at) : {};
      const isLeaving = leaving.has(policy.steps[step.index]?.kind ?? '');
      const used = isLeaving ? { oldUse: await this.#oldUse(works, policy, { before, at }) } : {};
      const watched = await bordersSeen(works, schemaMigration, { before, at, jobs });
      return { jobs, routeRow, health, error: null, at, ...told, ...parity, ...used, ...watched };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { ...keptOf(before), health: null, error: words, at };
    }
  }

  async #oldUse(
    works: TargetWorks,
    { schemaMigration }: ActiveRollout['policy'],
    { before, at }: { readonly before: TargetObservation | null; readonly at: number },
  ): Promise<OldUsers> {
    const known = before?.oldUse;
    const look = { now: at, since: known?.since ?? null, counted: known?.counted };
    const seen = await works.records.oldUse(schemaMigration, look);
    return { ...seen, users: mergeOldUse(known?.users ?? [], seen.users) };
  }
}

/** Steps in which nobody should be on the old version any more. */
const leaving: ReadonlySet<string> = new Set(['soak', 'contract']);

async function roundsSeen(
  works: TargetWorks,
  rollout: string,
  at: number,
): Promise<Pick<TargetObservation, 'parity'>> {
  return { parity: paritySample(await works.parityRound(roundsOf({ id: rollout })), at) };
}

/** While a backfill fills the column its values say nothing of what the application writes. */
async function bordersSeen(
  works: TargetWorks,
  migration: ActiveRollout['policy']['schemaMigration'],
  { before, at, jobs }: { before: TargetObservation | null; at: number; jobs: readonly JobState[] },
): Promise<Pick<TargetObservation, 'borders'>> {
  if (watchedBorders(migration).length === 0 || !isInStep(jobs)) return {};
  return { borders: await works.borders(migration, { before: before?.borders ?? [], at }) };
}

/** What was known of a target that cannot be observed now. */
function keptOf(
  before: TargetObservation | null,
): Omit<TargetObservation, 'health' | 'error' | 'at'> {
  if (before === null) return { jobs: [], routeRow: null };
  const { health: _, error: __, at: ___, ...kept } = before;
  return kept;
}

function differs(a: TargetObservation, b: TargetObservation): boolean {
  const essence = (seen: TargetObservation): string =>
    JSON.stringify([
      seen.jobs,
      seen.routeRow,
      seen.error,
      seen.drift,
      seen.noReturn,
      seen.parity?.rows,
      seen.borders,
    ]);
  return essence(a) !== essence(b);
}
