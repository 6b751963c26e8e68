import { holds, type Role, roleIn, type Roles } from '../core/access/role.ts';
import { CrossfadeError } from '../core/errors.ts';
import { isRouted, type Policy } from '../core/policy/policy.ts';
import type { CommandView } from '../core/protocol/command-view.ts';
import type { RetriedView, RolloutView } from '../core/protocol/rollout-view.ts';
import { hasPassed } from '../core/rollout/drill.ts';
import { createRollout } from '../core/rollout/create-rollout.ts';
import type { RolloutForecast } from '../core/protocol/rollout-forecast.ts';
import { forecastRollout } from '../core/rollout/forecast-rollout.ts';
import { judgeRollout } from '../core/rollout/judging.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import type { ObservedFlag, Verb } from '../core/rollout/observations.ts';
import { roleForVerb } from '../core/rollout/role-for-verb.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import { viewRollout } from '../core/rollout/view-rollout.ts';
import { gatherWithAlerts } from './gather-with-alerts.ts';
import type { Clock } from './ports/clock.ts';
import type { CommandRequest, Intake } from './ports/intake.ts';
import type { ObservationStore } from './ports/observation-store.ts';
import type { RolloutStore, StoredDecision } from './ports/rollout-store.ts';
import type { UnitTables } from './unit-tables.ts';
import { memoryOf, seenIn, takeInput } from './take-input.ts';

/** More decisions than this come in pages. */
const decisionsPerPage = 200;
const rolloutsPerPage = 200;

/** So many of the last commands are shown. */
const commandsAtMost = 1_000;

/** Who asks, as the server knows them, and what they may. */
export interface Asker {
  readonly actor: string;
  readonly roles: Roles;
}

/** What people may ask of rollouts: start one, look at one, tell one what to do. */
export class Rollouts {
  readonly #store: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #intake: Intake;
  readonly #clock: Clock;
  readonly #units: UnitTables;

  constructor(
    store: RolloutStore,
    observations: ObservationStore,
    intake: Intake,
    clock: Clock,
    units: UnitTables,
  ) {
    this.#store = store;
    this.#units = units;
    this.#observations = observations;
    this.#intake = intake;
    this.#clock = clock;
  }

  /**
   * Begins a new attempt. Throws `conflict` while one is active. A policy that has been completed
   * as it is now has nothing left to do: its rollout is shown, and nothing happens. The same `requestId` twice is
   * one attempt.
   */
  async start(policy: Policy, by: string, requestId?: string): Promise<RolloutView> {
    const last = await this.#store.find(policy.name);
    if (last !== null && isStartedWith(last.rollout, requestId)) return this.view(last.rollout.id);
    const attempt = await this.#store.nextAttempt(policy.name);
    const now = await this.#clock.now();
    const flag = last === null ? null : await this.#flagOf(last.rollout, policy.flag.name);
    if (last !== null && (last.rollout.phase === 'completed' || flag?.route.safeSide === 'new')) {
      return this.#alreadyThere(last, policy);
    }
    if (flag !== null && !isRouted(policy)) throw routedBefore(policy);
    const frozen = await this.#units.freeze(policy);
    const revision = flag?.route.revision ?? 0;
    const created = createRollout(frozen, `${policy.name}-${attempt}`, attempt, now, revision);
    const begun = { startedBy: by, ...withRequest(requestId), ...drillBefore(last) };
    const rollout = { ...created, ...begun };
    await this.#store.create(rollout, frozen, by);
    return this.#view(rollout, frozen, now);
  }

  /**
   * Begins a new attempt of what went back, which takes over the shape that is still there. Throws `refused` where
   * there is nothing to retry.
   */
  async retry(policy: Policy, by: string, requestId?: string): Promise<RetriedView> {
    const { rollout } = await this.#store.named(policy.name);
    // A rollout's id may be the name of another policy, perhaps of another project.
    if (rollout.policy !== policy.name) {
      throw new CrossfadeError('notFound', `no rollout of a policy ${policy.name}`);
    }
    const obstacle = isStartedWith(rollout, requestId) ? null : noRetryOf(rollout);
    if (obstacle !== null) throw new CrossfadeError('refused', obstacle);
    const { target } = await this.#observations.gather(rollout, policy.flag.name);
    const isPutAway = target?.jobs.some(({ kind }) => kind === 'retire') ?? false;
    return { ...(await this.start(policy, by, requestId)), adopts: !isPutAway };
  }

  /** The old side is gone for good. The same change is done; another one needs a name of its own. */
  #alreadyThere(last: { rollout: Rollout; policy: Policy }, policy: Policy): Promise<RolloutView> {
    if (changeOf(last.policy) === changeOf(policy)) return this.view(last.rollout.id);
    throw new CrossfadeError(
      'refused',
      `${policy.name} has been completed with another change; give the new one a policy of its own`,
    );
  }

  async list(): Promise<readonly RolloutView[]> {
    const now = await this.#clock.now();
    const found = await this.#store.list(rolloutsPerPage);
    return Promise.all(found.map(({ rollout, policy }) => this.#view(rollout, policy, now)));
  }

  async view(name: string): Promise<RolloutView> {
    const { rollout, policy } = await this.#store.named(name);
    const view = await this.#view(rollout, policy, await this.#clock.now());
    const undelivered = await this.#observations.undelivered(rollout.id);
    return undelivered.length === 0 ? view : { ...view, undelivered };
  }

  async decisions(name: string, after: number): Promise<readonly StoredDecision[]> {
    const { rollout } = await this.#store.named(name);
    return this.#store.decisions(rollout.id, after, decisionsPerPage);
  }

  /** What people asked of it, oldest first. */
  async commands(name: string): Promise<readonly CommandView[]> {
    const { rollout } = await this.#store.named(name);
    return this.#intake.commands(rollout.id, commandsAtMost);
  }

  /** The last ones before that number, or of all for null; oldest first. */
  async decisionsBefore(name: string, before: number | null): Promise<readonly StoredDecision[]> {
    const { rollout } = await this.#store.named(name);
    return this.#store.decisionsBefore(rollout.id, before, decisionsPerPage);
  }

  /** What its steps can prove, and how soon, at the traffic that was seen before the first exposure. */
  async forecast(name: string): Promise<RolloutForecast> {
    const { rollout, policy } = await this.#store.named(name);
    const gathered = await this.#observations.gather(rollout, policy.flag.name);
    return forecastRollout(policy, memoryOf(gathered));
  }

  /**
   * Hands a command to the next tick, which answers it. Throws `refused` when the rollout has ended, and
   * `forbidden` where the roles of who asks do not reach so far in its project.
   */
  async command(name: string, request: CommandRequest, { actor, roles }: Asker): Promise<string> {
    const { rollout, policy } = await this.#store.named(name);
    const { requestId, verb } = request;
    refuseRole(policy, roleForVerb(policy, verb, rollout.step.index), verb, roles);
    const sent = requestId === null ? null : await this.#intake.sent(requestId);
    if (isTerminal(rollout.phase) && sent === null) {
      throw new CrossfadeError('refused', `${rollout.id} has ended: ${rollout.phase}`);
    }
    // Said by the server, since a name that somebody gives themselves says nothing of who they are.
    const role = roleIn(roles, policy.project);
    const known = verb === 'approve' && role !== null ? { actor, role } : {};
    const id = await this.#intake.command(rollout.id, { ...request, ...known });
    await this.#store.wake([rollout.policy]);
    return id;
  }

  /** What a tick answered to a command of that rollout; null while none has, and for a command of another. */
  async answer(name: string, id: string): Promise<{ accepted: boolean; reason: string } | null> {
    return this.#intake.answer(name, id);
  }

  async #flagOf(rollout: Rollout, flag: string): Promise<ObservedFlag | null> {
    return (await this.#observations.gather(rollout, flag)).flag;
  }

  async #view(rollout: Rollout, policy: Policy, now: number): Promise<RolloutView> {
    const gathered = await gatherWithAlerts(this.#observations, rollout, policy);
    const input = takeInput(policy, rollout, { ...gathered, evidence: [] }, now);
    const { measurements, history } = judgeRollout(policy, rollout, memoryOf(gathered), input);
    const observations = { ...seenIn(gathered), measurements, history };
    return viewRollout({ policy, rollout, observations, now });
  }
}

function refuseRole(policy: Policy, needed: Role, verb: Verb, roles: Roles): void {
  if (holds(roles, needed, policy.project)) return;
  throw new CrossfadeError(
    'forbidden',
    `${verb} of ${policy.name} is for ${needed} in the project ${policy.project}`,
  );
}

function isStartedWith({ startedWith }: Rollout, requestId: string | undefined): boolean {
  return requestId !== undefined && startedWith === requestId;
}

/** A drill that passed shows the way of the flag, whichever attempt held it; how old it may be the policy says. */
function drillBefore(last: { readonly rollout: Rollout } | null): Pick<Rollout, 'drill'> {
  const drill = last?.rollout.drill;
  return drill !== undefined && hasPassed(drill) ? { drill } : {};
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
  return `${id} has not been rolled back: it is ${phase}`;
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
