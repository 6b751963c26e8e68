import { CrossfadeError } from '../core/errors.ts';
import type { Bond } from '../core/conflict/bond.ts';
import { isRouted, type Policy } from '../core/policy/policy.ts';
import { createRollout } from '../core/rollout/create-rollout.ts';
import { hasPassed } from '../core/rollout/drill.ts';
import type { ObservedFlag } from '../core/rollout/observations.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { BoundTables } from './bound-tables.ts';
import type { Clock } from './ports/clock.ts';
import type { ObservationStore } from './ports/observation-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { UnitTables } from './unit-tables.ts';
import { phaseWords } from '../core/rollout/phase.ts';

/** What whoever starts a rollout may add. */
export interface StartRequest {
  /** The same one twice is one attempt. */
  readonly requestId?: string;
  /** True: it waits for the end of what stands in its way, whatever its policy says. */
  readonly queue?: boolean;
}

/** Begins attempts at carrying out policies. */
export class RolloutStarts {
  readonly #store: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #clock: Clock;
  readonly #units: UnitTables;
  readonly #bonds: BoundTables;

  constructor(
    store: RolloutStore,
    observations: ObservationStore,
    clock: Clock,
    units: UnitTables,
    bonds: BoundTables,
  ) {
    this.#store = store;
    this.#observations = observations;
    this.#clock = clock;
    this.#units = units;
    this.#bonds = bonds;
  }

  /**
   * Begins a new attempt, or takes its place in the queue, and returns its id. Throws `conflict` while one is
   * active, and while another rollout stands in its way for which it shall not wait. A policy that has been
   * completed as it is now has nothing left to do: nothing happens.
   */
  async start(policy: Policy, by: string, request: StartRequest): Promise<string> {
    const { requestId } = request;
    const last = await this.#store.find(policy.name);
    if (last !== null && isStartedWith(last.rollout, requestId)) return last.rollout.id;
    const attempt = await this.#store.nextAttempt(policy.name);
    const now = await this.#clock.now();
    const flag = last === null ? null : await this.#flagOf(last.rollout, policy.flag.name);
    if (last !== null && (last.rollout.phase === 'completed' || flag?.route.safeSide === 'new')) {
      return alreadyThere(last, policy);
    }
    if (flag !== null && !isRouted(policy)) throw routedBefore(policy);
    const drilled = last === null ? {} : drillBefore(last.rollout);
    // With the units that it has now, which is a revision of its own.
    const frozen = await this.#units.freeze(policy);
    const created = createRollout(
      frozen,
      `${policy.name}-${attempt}`,
      attempt,
      now,
      revisionOf(flag),
    );
    const begun = { startedBy: by, ...withRequest(requestId), ...drilled };
    return this.#begin(frozen, { ...created, ...begun }, request);
  }

  async #begin(policy: Policy, rollout: Rollout, { queue }: StartRequest): Promise<string> {
    const bonds = await this.#bondsOf(policy);
    const mayWait = queue ?? (policy.onConflict ?? 'refuse') !== 'refuse';
    const beginning = {
      bonds,
      mayWait,
      ...(rollout.startedBy === undefined ? {} : { by: rollout.startedBy }),
    };
    return (await this.#store.create(rollout, policy, beginning)).id;
  }

  /**
   * Begins a new attempt of what went back, which takes over the shape that is still there. Throws `refused` where
   * there is nothing to retry.
   */
  async retry(
    policy: Policy,
    by: string,
    request: StartRequest,
  ): Promise<{ readonly id: string; readonly adopts: boolean }> {
    const { rollout } = await this.#store.named(policy.name);
    // A rollout's id may be the name of another policy, perhaps of another project.
    if (rollout.policy !== policy.name) {
      throw new CrossfadeError('notFound', `no rollout of a policy ${policy.name}`);
    }
    const obstacle = isStartedWith(rollout, request.requestId) ? null : noRetryOf(rollout);
    if (obstacle !== null) throw new CrossfadeError('refused', obstacle);
    const { target } = await this.#observations.gather(rollout, policy.flag.name);
    const isPutAway = target?.jobs.some(({ kind }) => kind === 'retire') ?? false;
    return { id: await this.start(policy, by, request), adopts: !isPutAway };
  }

  /** Nobody is asked while nobody else is on the target: null. */
  async #bondsOf(policy: Policy): Promise<readonly Bond[] | null> {
    const others = await this.#store.active(policy.target);
    const isAlone = others.every(({ rollout }) => rollout.policy === policy.name);
    return isAlone ? null : this.#bonds.of(policy);
  }

  async #flagOf(rollout: Rollout, flag: string): Promise<ObservedFlag | null> {
    return (await this.#observations.gather(rollout, flag)).flag;
  }
}

/** The old side is gone for good. The same change is done; another one needs a name of its own. */
function alreadyThere(last: { rollout: Rollout; policy: Policy }, policy: Policy): string {
  if (changeOf(last.policy) === changeOf(policy)) return last.rollout.id;
  throw new CrossfadeError(
    'refused',
    `${policy.name} has been completed with another change; give the new one a policy of its own`,
  );
}

function isStartedWith({ startedWith }: Rollout, requestId: string | undefined): boolean {
  return requestId !== undefined && startedWith === requestId;
}

/** A drill that passed shows the way of the flag, whichever attempt held it; how old it may be the policy says. */
function drillBefore({ drill }: Rollout): Pick<Rollout, 'drill'> {
  return drill !== undefined && hasPassed(drill) ? { drill } : {};
}

function revisionOf(flag: ObservedFlag | null): number {
  return flag?.route.revision ?? 0;
}

function withRequest(requestId: string | undefined): Pick<Rollout, 'startedWith'> {
  return requestId === undefined ? {} : { startedWith: requestId };
}

/** Why this attempt is none to try again; null when it is. */
function noRetryOf({ id, policy, phase }: Rollout): string | null {
  if (phase === 'rolled_back') return null;
  if (phase === 'aborted') {
    return `${id} was aborted, which gives its shape up; crossfade start ${policy} begins anew`;
  }
  if (phase === 'completed') return `${id} is completed: nothing is left to retry`;
  return `${id} has not been rolled back: it is ${phaseWords(phase)}`;
}

/** Instances hear the flag that is left, and would read the old shape after contract. */
function routedBefore({ name }: Policy): CrossfadeError {
  return new CrossfadeError(
    'refused',
    `an attempt of ${name} has routed units by a flag, which instances still hear; ` +
      'give the change without a route a policy of its own',
  );
}

/** What a policy changes, as one text: which columns of which tables of which target. */
function changeOf({ target, schemaMigration }: Policy): string {
  const places = schemaMigration.operations.map((one) => {
    return 'column' in one ? `${one.table}.${one.column}` : one.table;
  });
  return JSON.stringify([target, schemaMigration.schema, places]);
}
