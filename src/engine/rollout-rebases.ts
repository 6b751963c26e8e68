import type { Policy } from '../core/policy/policy.ts';
import { adoptUnits } from '../core/rebase/adopt-units.ts';
import { planRebase, type RebasePlan } from '../core/rebase/plan-rebase.ts';
import { transitions } from '../core/rollout/transitions.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** What moving a rollout onto a newer revision of its policy comes to. */
export interface PlannedRebase extends RebasePlan {
  readonly rollout: string;
  /** The revision that it runs by. */
  readonly from: string;
  /** The newer revision, with the units that the rollout was started with. */
  readonly onto: Policy;
  /** Whether its phase lets it go by another revision at all. */
  readonly isOpen: boolean;
}

/** Looks at what a rebase would change. Changes nothing. */
export class RolloutRebases {
  readonly #store: RolloutStore;

  constructor(store: RolloutStore) {
    this.#store = store;
  }

  /** Throws `notFound`. */
  async plan(name: string, next: Policy): Promise<PlannedRebase> {
    const { rollout, policy } = await this.#store.named(name);
    const onto = adoptUnits(policy, next);
    const plan = planRebase(policy, onto, rollout);
    const isOpen = transitions[rollout.phase].rebase !== undefined;
    return { ...plan, rollout: rollout.id, from: policy.revision, onto, isOpen };
  }

  /** The policy that a rollout carries out. Throws `notFound`. */
  async policyOf(name: string): Promise<string> {
    return (await this.#store.named(name)).policy.name;
  }
}
