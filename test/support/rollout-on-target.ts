import type { Policy } from '../../src/core/policy/policy.ts';
import { decide } from '../../src/core/rollout/decide.ts';
import type { Effect } from '../../src/core/rollout/effect.ts';
import { currentStep } from '../../src/core/rollout/current-step.ts';
import { examplePolicy } from './example-policy.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { USERS_BIRTHDATE, type UsersTarget } from './users-target.ts';

const never = new AbortController().signal;

/** Small batches, so that a backfill can be met half done. */
const policy: Policy = { ...examplePolicy, schemaMigration: USERS_BIRTHDATE };

/**
 * A rollout whose decisions and whose work on the target are real; flag, instances and evidence are
 * a simulated world's, and so is time, but for the target's own.
 */
export class RolloutOnTarget {
  readonly world: SimulatedWorld;
  readonly #target: UsersTarget;

  constructor(target: UsersTarget, attempt = 1, more: Partial<Policy> = {}) {
    this.#target = target;
    this.world = new SimulatedWorld({ ...policy, ...more }, attempt);
  }

  get step(): string {
    const step = currentStep(this.world);
    return step.kind === 'share' ? `share ${step.percent}` : step.kind;
  }

  /** Why it last held, paused or went on, in words. */
  get reasons(): readonly string[] {
    return this.world.outcomes.flatMap(({ decision }) =>
      decision === null ? [] : [`${decision.action}: ${decision.reason}`],
    );
  }

  /** Half a second of the rollout's time, and one turn of the worker. */
  async tick(): Promise<void> {
    const { world } = this;
    const { policy } = world;
    const { works } = this.#target;
    world.pass(500);
    const jobs = await works.jobs(world.rollout.id);
    const routeRow = await works.readRoute(policy.name);
    const observations = { ...world.observe(), jobs, routeRow };
    const outcome = decide({ policy, rollout: world.rollout, now: world.now, observations });
    world.rollout = outcome.rollout;
    world.outcomes.push(outcome);
    world.commands = [];
    for (const effect of outcome.effects) await this.#perform(effect);
    await works.work('spec', 1, never);
  }

  /** Ticks until it is so. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let ticks = 0; ticks < 2_000; ticks += 1) {
      if (await isSo()) return;
      await this.tick();
    }
    throw new Error(`it never came so far; ${this.reasons.slice(-3).join('; ')}`);
  }

  async #perform(effect: Effect): Promise<void> {
    const { works } = this.#target;
    switch (effect.kind) {
      case 'setRoute':
      case 'notify':
        return this.world.perform(effect);
      case 'writeRouteRow':
        return works.writeRoute(effect.row);
      case 'ensureJob':
        return works.ensureJob(effect.job);
      case 'revokeJob':
        return works.revokeJob(effect.job, effect.upTo);
      case 'throttleJob':
        return works.throttleJob(effect.job, effect.reason);
    }
  }
}
