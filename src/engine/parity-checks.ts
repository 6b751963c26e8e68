import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { ParityView } from '../core/protocol/parity-view.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { UnitRows } from '../core/schema-migration/unit-rows.ts';
import { defaults } from '../core/policy/defaults.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';
import type { ParityRun } from './schema-migration/parity-runs.ts';
import type { TargetWorks } from './schema-migration/target-works.ts';
import { workOnJob } from './schema-migration/work-on-job.ts';

/** What a person wants compared. */
export interface ParityRequest {
  readonly name: string;
  readonly author: string;
  /** When it was asked for, in epoch milliseconds: each request looks anew. */
  readonly generation: number;
  /** Whose rows; null: all rows. */
  readonly unit: string | null;
}

const { batchTimeMs } = defaults;

/**
 * Compares both shapes when a person asks. All that is known of a check stands on the target, under a name of
 * its own: the rollout does not see it, and what it finds moves nobody.
 */
export class ParityChecks {
  readonly #rollouts: RolloutStore;
  readonly #targets: Targets;
  readonly #worker: string;

  constructor(rollouts: RolloutStore, targets: Targets, worker: { readonly name: string }) {
    this.#rollouts = rollouts;
    this.#targets = targets;
    this.#worker = worker.name;
  }

  /**
   * Goes on for about `budgetMs`; with 0 others do the work.
   * @throws CrossfadeError `notFound`; `refused` where there is nothing to compare; `unavailable`
   */
  async advance(request: ParityRequest, budgetMs: number): Promise<ParityView> {
    const { generation, author } = request;
    const { rollout, policy, works } = await this.#find(request.name);
    const id = `${parityName(rollout)}/${generation}`;
    const known = await works.parityRuns(parityName(rollout));
    const unit =
      request.unit === null ? null : { unit: request.unit, columns: policy.unit.columns };
    if (!known.some((run) => run.generation === generation)) {
      await refuseNothing(works, rollout, policy, unit);
      await works.ensureJob({
        id,
        rollout: parityName(rollout),
        kind: 'parity',
        migration: policy.schemaMigration,
        batchTimeMs,
        generation,
        author,
        parityOnly: true,
        ...(unit === null ? {} : { unit }),
      });
    }
    const deadline = performance.now() + budgetMs;
    await workOnJob(works, { rollout: parityName(rollout), id, worker: this.#worker, deadline });
    return this.#view(rollout, policy, works, generation);
  }

  /** The newest check. @throws CrossfadeError `notFound` where none was asked for; `unavailable` */
  async last(name: string): Promise<ParityView> {
    const { rollout, policy, works } = await this.#find(name);
    return this.#view(rollout, policy, works, null);
  }

  async #view(
    rollout: Rollout,
    { schemaMigration, unit: { columns } }: Policy,
    works: TargetWorks,
    generation: number | null,
  ): Promise<ParityView> {
    const runs = await works.parityRuns(parityName(rollout));
    const run = runs.findLast((one) => generation === null || one.generation === generation);
    if (run === undefined) {
      throw new CrossfadeError('notFound', `no check of parity was asked for in ${rollout.id}`);
    }
    const [job] = await works.jobs(parityName(rollout));
    const quarantined = job?.quarantined ?? 0;
    const { author, status, ...seen } = run;
    const unit = run.unit === null ? null : { unit: run.unit, columns };
    return {
      ...seen,
      rollout: rollout.id,
      state: stateOf(status),
      quarantined,
      kept: quarantined === 0 ? [] : await works.records.keptRows(schemaMigration),
      leftOut: (await works.comparable(schemaMigration, unit)).leftOut,
      by: author,
    };
  }

  async #find(name: string) {
    const found = await this.#rollouts.named(name);
    return { ...found, works: await this.#targets.open(found.policy.target) };
  }
}

/** Beside the rollout's own jobs, which its decisions are made from. */
const parityName = ({ id }: Rollout): string => `${id}/parity`;

function stateOf(status: ParityRun['status']): ParityView['state'] {
  if (status === 'pending' || status === 'running') return 'working';
  return status === 'done' ? 'done' : 'failed';
}

/** What has not been filled would all count as different. */
async function refuseNothing(
  works: TargetWorks,
  { id }: Rollout,
  { name, schemaMigration }: Policy,
  unit: UnitRows | null,
): Promise<void> {
  const { places, leftOut } = await works.comparable(schemaMigration, unit);
  if (places.length === 0 && leftOut.length > 0) {
    throw new CrossfadeError(
      'refused',
      `no column holds the unit for ${leftOut.join(', ')}; name it in ${name}, as in unit: { key: tenantId, columns: { users: tenant_id } }`,
    );
  }
  if (places.length === 0) {
    const words = `${id} keeps nothing in step on its target: before expand and after contract there is one shape alone`;
    throw new CrossfadeError('refused', words);
  }
  const jobs = await works.jobs(id);
  if (jobs.some(({ kind, status }) => kind === 'backfill' && status === 'done')) return;
  const words = `the backfill of ${id} has not ended; until then every row that it has not reached would count as different`;
  throw new CrossfadeError('refused', words);
}
