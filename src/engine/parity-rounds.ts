import { isParityGuard } from '../core/policy/guard.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { JobState } from '../core/schema-migration/job.ts';
import { defaults } from '../core/policy/defaults.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';
import type { ParityRound } from './schema-migration/parity-rounds-store.ts';

/** Between two rounds at the least; a round that took longer rests as long as it took. Milliseconds. */
const restMs = 10_000;
const { batchTimeMs } = defaults;

/** Compares both shapes round after round, for rollouts whose policy has a guard on that. */
export class ParityRounds {
  readonly #rollouts: RolloutStore;
  readonly #targets: Targets;

  constructor(rollouts: RolloutStore, targets: Targets) {
    this.#rollouts = rollouts;
    this.#targets = targets;
  }

  /** Begins what is due on a target, and ends what contract would meet. Throws `notFound` or `unavailable`. */
  async keepUp(target: string): Promise<void> {
    const active = await this.#rollouts.active(target);
    const watching = active.filter(({ policy }) => watchesParity(policy));
    if (watching.length === 0) return;
    const works = await this.#targets.open(target);
    for (const { rollout, policy } of watching) {
      const round = await works.parityRound(roundsOf(rollout));
      if (!isInStep(await works.jobs(rollout.id))) {
        if (round !== null) await works.revokeJob(roundsOf(rollout), round.generation);
        continue;
      }
      if (round !== null && !isDue(round)) continue;
      await works.beginParityRound({
        id: roundsOf(rollout),
        rollout: roundsOf(rollout),
        kind: 'parity',
        migration: policy.schemaMigration,
        batchTimeMs,
        generation: (round?.generation ?? 0) + 1,
      });
    }
  }
}

/** The job of a rollout's rounds, and the name that it stands under beside the rollout's own jobs. */
export const roundsOf = ({ id }: Pick<Rollout, 'id'>): string => `${id}/rounds`;

/** From the end of the backfill until contract begins. */
export function isInStep(jobs: readonly JobState[]): boolean {
  const isFilled = jobs.some(({ kind, status }) => kind === 'backfill' && status === 'done');
  return isFilled && !jobs.some(({ kind }) => kind === 'contract' || kind === 'retire');
}

function isDue({ status, restedMs, last }: ParityRound): boolean {
  if (status === 'pending' || status === 'running') return false;
  return restedMs >= Math.max(restMs, last?.tookMs ?? 0);
}

/** Whether a policy wants to know of its rounds. */
export const watchesParity = ({ guards }: Policy): boolean => guards.some(isParityGuard);
