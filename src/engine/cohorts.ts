import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { CohortView } from '../core/protocol/cohort-view.ts';
import { isSharedUnit } from '../core/protocol/shared-units.ts';
import { type KnownUnits, planCohorts } from '../core/rollout/plan-cohorts.ts';
import type { ObservationStore } from './ports/observation-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import { memoryOf } from './take-input.ts';
import type { UnitTables } from './unit-tables.ts';

/** Whom a policy would move, and when: read from the target and from what was measured before. */
export class Cohorts {
  readonly #rollouts: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #tables: UnitTables;

  constructor(rollouts: RolloutStore, observations: ObservationStore, tables: UnitTables) {
    this.#rollouts = rollouts;
    this.#observations = observations;
    this.#tables = tables;
  }

  /**
   * @param listed the step, from 1, whose units are listed
   * @throws CrossfadeError `refused` where no unit is known, and as `UnitTables` does
   */
  async view(policy: Policy, listed: number | null): Promise<CohortView> {
    const frozen = await this.#tables.freeze(policy);
    const inTable = await this.#tables.units(policy);
    const measured = await this.#measured(policy);
    const traffic = measured?.traffic ?? null;
    const units = inTable ?? traffic?.names.filter((name) => !isSharedUnit(name)) ?? [];
    if (units.length === 0) throw noUnits(policy);
    return {
      policy: policy.name,
      target: policy.target,
      units: units.length,
      knownFrom: inTable === null ? 'traffic' : 'table',
      measuredIn: measured?.rollout ?? null,
      steps: planCohorts(frozen, { units, traffic }, listed),
    };
  }

  /** What the units asked for before the first exposure of the last attempt, if there was one. */
  async #measured(policy: Policy): Promise<Measured | null> {
    const found = await this.#rollouts.find(policy.name);
    if (found === null) return null;
    const { rollout } = found;
    const memory = memoryOf(await this.#observations.gather(rollout, found.policy.flag.name));
    if (memory === null) return null;
    const { names, past } = memory.judge.units;
    const seen = past.requests.some((requests) => requests > 0);
    return seen ? { rollout: rollout.id, traffic: { names, requests: past.requests } } : null;
  }
}

interface Measured {
  readonly rollout: string;
  readonly traffic: NonNullable<KnownUnits['traffic']>;
}

function noUnits({ name, unit, target }: Policy): CrossfadeError {
  const table = unit.from?.table;
  const why =
    table === undefined
      ? 'write `unit: { from: { table: tenants, id: id } }`, or ask again when it has been started and requests arrive'
      : `table ${table} on ${target} has none`;
  return new CrossfadeError('refused', `no unit of ${name} is known: ${why}`);
}
