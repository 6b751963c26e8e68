import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { CleanupView, LeftOver } from '../core/protocol/cleanup-view.ts';
import type { RolloutView } from '../core/protocol/rollout-view.ts';
import { isTerminal, phaseWords } from '../core/rollout/phase.ts';
import type { JobSpec } from '../core/schema-migration/job.ts';
import { defaults } from '../core/policy/defaults.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { Targets } from './ports/targets.ts';
import { iso, leftFlag } from './left-flag.ts';
import type { Rollouts } from './rollouts.ts';
import type { Removable } from './schema-migration/cleanup/left-overs.ts';
import type { TargetWorks } from './schema-migration/target-works.ts';
import { objectionOf, workOnJob } from './schema-migration/work-on-job.ts';

/** Who wants what is left to be gone. */
export interface CleanupRequest {
  readonly name: string;
  readonly author: string;
  /** When it was asked for, in epoch milliseconds. */
  readonly generation: number;
}

const { batchTimeMs } = defaults;

/** Names what a rollout that has ended leaves behind, and takes it away when a person says so. */
export class Cleanups {
  readonly #rollouts: RolloutStore;
  readonly #views: Rollouts;
  readonly #targets: Targets;
  readonly #worker: string;

  constructor(
    rollouts: RolloutStore,
    views: Rollouts,
    targets: Targets,
    worker: { readonly name: string },
  ) {
    this.#rollouts = rollouts;
    this.#views = views;
    this.#targets = targets;
    this.#worker = worker.name;
  }

  /** @throws CrossfadeError `notFound`, `conflict` while the rollout lives, `unavailable` */
  async list(name: string): Promise<CleanupView> {
    const { view, policy, works } = await this.#ended(name);
    const left = await this.#left(view, policy, works);
    return { rollout: view.id, removed: [], left: left.map(shown), reason: null };
  }

  /**
   * Takes away what can be, one thing after the other, for about `budgetMs`. An old shape that was
   * brought back goes first and alone: from then on its trash has a time of its own again.
   */
  async remove(request: CleanupRequest, budgetMs: number): Promise<CleanupView> {
    const { view, policy, works } = await this.#ended(request.name);
    const deadline = performance.now() + budgetMs;
    const there = await this.#left(view, policy, works);
    const shape = there.find(({ kind }) => kind === 'shape');
    if (shape !== undefined) {
      const reason = await this.#contract(works, policy, view.id, request, deadline);
      const left = await this.#left(view, policy, works);
      const removed = reason === null ? [shown(shape)] : [];
      return { rollout: view.id, removed, left: left.map(shown), reason };
    }
    const removed: LeftOver[] = [];
    let reason: string | null = null;
    for (const one of there.filter(({ removable }) => removable)) {
      if (performance.now() >= deadline) reason ??= 'not all of it within the time; ask again';
      if (reason !== null) break;
      reason = await works.records.takeAway(policy.schemaMigration, one, {
        rollout: view.id,
        author: request.author,
      });
      if (reason === null) removed.push(shown(one));
    }
    const left = await this.#left(view, policy, works);
    return { rollout: view.id, removed, left: left.map(shown), reason };
  }

  async #ended(name: string) {
    const { rollout, policy } = await this.#rollouts.named(name);
    if (!isTerminal(rollout.phase)) {
      throw new CrossfadeError(
        'conflict',
        `${rollout.id} lives (${phaseWords(rollout.phase)}); what it leaves behind is known when it has ended`,
      );
    }
    const view = await this.#views.view(name);
    return { view, policy, works: await this.#targets.open(policy.target) };
  }

  async #left(
    view: RolloutView,
    { schemaMigration, name }: Policy,
    works: TargetWorks,
  ): Promise<readonly Removable[]> {
    const knowing = view.instances.filter((one) => one.implements && one.level !== 'silent');
    const isQuiet = knowing.length === 0;
    const named = { statements: [], locks: [], removable: false };
    return [
      ...knowing.map(({ service, instance, lastSeenAt }) => ({
        ...named,
        kind: 'code' as const,
        name: `${service} ${instance}`,
        words: `knows the change still, seen ${iso(lastSeenAt)}: take the old side out of its code`,
      })),
      ...leftFlag(view).map((flag) => ({ ...named, ...flag })),
      ...(await works.records.leftOvers(schemaMigration, { policy: name, isQuiet })),
    ];
  }

  /** Both shapes are compared once more; rows that would be lost keep the old one. */
  async #contract(
    works: TargetWorks,
    { schemaMigration: migration }: Policy,
    rollout: string,
    { author, generation }: CleanupRequest,
    deadline: number,
  ): Promise<string | null> {
    for (const kind of ['verify', 'contract'] as const) {
      const id = `${rollout}/cleanup-${kind}/${generation}`;
      const spec: JobSpec = { id, rollout, kind, migration, batchTimeMs, generation, author };
      await works.ensureJob(spec);
      const asked = { rollout, id, worker: this.#worker, deadline };
      const objection = objectionOf(await workOnJob(works, asked));
      if (objection !== null) return objection.reason ?? 'is under way; ask again';
    }
    return null;
  }
}

const shown = ({ kind, name, words, removable }: LeftOver): LeftOver => ({
  kind,
  name,
  words,
  removable,
});
