import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { DirectProgress } from '../core/protocol/direct-view.ts';
import type { RestoresView } from '../core/protocol/restore-view.ts';
import { isTerminal, phaseWords } from '../core/rollout/phase.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { JobKind, JobSpec } from '../core/schema-migration/job.ts';
import { touchedTables } from '../core/schema-migration/schema-migration.ts';
import { defaults } from '../core/policy/defaults.ts';
import { livingRollouts } from './living-rollouts.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';
import type { TargetWorks } from './schema-migration/target-works.ts';
import { objectionOf, workOnJob } from './schema-migration/work-on-job.ts';

/** What a person wants back. */
export interface RestoreRequest {
  readonly name: string;
  readonly author: string;
  /** When it was asked for, in epoch milliseconds: what failed before that is tried again. */
  readonly generation: number;
}

const { batchTimeMs } = defaults;

/**
 * Brings the old shape back after contract: work of the schema migration alone, which changes nothing
 * about the rollout. All that is known of it stands on the target, so whoever asks next goes on where it
 * was left.
 */
export class Restores {
  readonly #rollouts: RolloutStore;
  readonly #targets: Targets;
  readonly #worker: string;

  constructor(rollouts: RolloutStore, targets: Targets, worker: { readonly name: string }) {
    this.#rollouts = rollouts;
    this.#targets = targets;
    this.#worker = worker.name;
  }

  /**
   * Goes on for about `budgetMs`.
   * @throws CrossfadeError `notFound`; `conflict` while a rollout lives on these tables; `refused` when
   * there is nothing to bring back, or no longer; `unavailable` for the target
   */
  async advance(request: RestoreRequest, budgetMs: number): Promise<RestoreProgress> {
    const { rollout, policy } = await this.#rollouts.named(request.name);
    await this.#refuseLiving(rollout, policy);
    const works = await this.#targets.open(policy.target);
    const refusal = await works.records.whyNotRestore(policy.schemaMigration);
    if (refusal !== null) throw new CrossfadeError('refused', refusal);
    const deadline = performance.now() + budgetMs;
    const id = restoreOf(rollout, await works.records.contractOf(policy.schemaMigration));
    const specs = [
      jobOf({ rollout, policy, request, kind: 'restore', id }),
      // The parity check belongs to the request: one that found differences is made again.
      jobOf({ rollout, policy, request, kind: 'verify', id: `${id}/${request.generation}` }),
    ];
    const ids = specs.map((one) => one.id);
    for (const spec of specs) {
      await works.ensureJob(spec);
      const asked = { rollout: rollout.id, id: spec.id, worker: this.#worker, deadline };
      const objection = objectionOf(await workOnJob(works, asked));
      if (objection === null) continue;
      return {
        rollout,
        progress: { ...(await progressOf(works, policy, rollout, ids)), ...objection },
      };
    }
    return { rollout, progress: await progressOf(works, policy, rollout, ids) };
  }

  /** Who has asked for one, when, and what came back. */
  async list(name: string): Promise<RestoresView> {
    const { rollout, policy } = await this.#rollouts.named(name);
    const works = await this.#targets.open(policy.target);
    const entries = await works.records.history();
    const restores = entries.filter((one) => one.rollout === rollout.id && one.part === 'restore');
    return {
      rollout: rollout.id,
      restores: restores.map(({ author, endedAt, outcome, reason }) => {
        return { author, endedAt, outcome, reason };
      }),
    };
  }

  async #refuseLiving(rollout: Rollout, { target, schemaMigration }: Policy): Promise<void> {
    if (!isTerminal(rollout.phase)) {
      throw new CrossfadeError(
        'conflict',
        `${rollout.id} has not ended (${phaseWords(rollout.phase)}); restore is for what contract took away`,
      );
    }
    const others = await livingRollouts(this.#rollouts, target, schemaMigration);
    const living = others.find(
      ({ rollout: { id, phase } }) => id !== rollout.id && !isTerminal(phase),
    );
    if (living === undefined) return;
    throw new CrossfadeError(
      'conflict',
      `${living.rollout.id} lives on ${touchedTables(schemaMigration).join(', ')}; wait for its end, or roll it back first`,
    );
  }
}

/** A rollout that has ended, and how far its restore is. */
export interface RestoreProgress {
  readonly rollout: Rollout;
  readonly progress: DirectProgress;
}

/** A restore is of one contract: what a cleanup has taken away again is another one. */
function restoreOf({ id }: Rollout, contract: string | null): string {
  const again = `${id}/cleanup-contract/`;
  const number = contract?.startsWith(again) === true ? contract.slice(again.length) : null;
  return number === null ? `${id}/restore` : `${id}/restore-${number}`;
}

/** How far the jobs of a request are. */
async function progressOf(
  works: TargetWorks,
  { schemaMigration }: Policy,
  rollout: Rollout,
  ids: readonly string[],
): Promise<DirectProgress> {
  const parts = (await works.jobs(rollout.id)).filter(({ id }) => ids.includes(id));
  return { migration: schemaMigration.name, state: 'applied', parts, reason: null };
}

function jobOf(asked: {
  readonly rollout: Rollout;
  readonly policy: Policy;
  readonly request: RestoreRequest;
  readonly kind: Extract<JobKind, 'restore' | 'verify'>;
  readonly id: string;
}): JobSpec {
  const { rollout, policy, request, kind, id } = asked;
  return {
    id,
    rollout: rollout.id,
    kind,
    migration: policy.schemaMigration,
    batchTimeMs,
    generation: request.generation,
    author: request.author,
    ...(kind === 'verify' ? { parityOnly: true as const } : {}),
  };
}
