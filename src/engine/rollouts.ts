import { holds, type Role, roleIn, type Roles } from '../core/access/role.ts';
import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { CommandView } from '../core/protocol/command-view.ts';
import type { RetriedView, RolloutView } from '../core/protocol/rollout-view.ts';
import type { RolloutForecast } from '../core/protocol/rollout-forecast.ts';
import { forecastRollout } from '../core/rollout/forecast-rollout.ts';
import { judgeRollout } from '../core/rollout/judging.ts';
import { isTerminal, phaseWords } from '../core/rollout/phase.ts';
import type { Verb } from '../core/rollout/observations.ts';
import { roleForVerb } from '../core/rollout/role-for-verb.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import { viewRollout } from '../core/rollout/view-rollout.ts';
import { gatherWithAlerts } from './gather-with-alerts.ts';
import type { Clock } from './ports/clock.ts';
import type { CommandRequest, Intake } from './ports/intake.ts';
import type { ObservationStore } from './ports/observation-store.ts';
import type { RolloutStore, StoredDecision } from './ports/rollout-store.ts';
import type { RolloutStarts, StartRequest } from './rollout-starts.ts';
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
  readonly #starts: RolloutStarts;

  constructor(
    store: RolloutStore,
    observations: ObservationStore,
    intake: Intake,
    clock: Clock,
    starts: RolloutStarts,
  ) {
    this.#store = store;
    this.#starts = starts;
    this.#observations = observations;
    this.#intake = intake;
    this.#clock = clock;
  }

  /** Begins a new attempt, and shows it. Throws as `RolloutStarts.start`. */
  async start(policy: Policy, by: string, request: StartRequest = {}): Promise<RolloutView> {
    return this.view(await this.#starts.start(policy, by, request));
  }

  /** Begins a new attempt of what went back, and shows it. Throws as `RolloutStarts.retry`. */
  async retry(policy: Policy, by: string, request: StartRequest = {}): Promise<RetriedView> {
    const { id, adopts } = await this.#starts.retry(policy, by, request);
    return { ...(await this.view(id)), adopts };
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
    return {
      ...view,
      ...(undelivered.length === 0 ? {} : { undelivered }),
      ...(await this.#appliedSince(rollout)),
    };
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
    const sent = await this.sent(requestId);
    if (isTerminal(rollout.phase) && sent === null) {
      throw new CrossfadeError(
        'refused',
        `${rollout.id} has ended: it is ${phaseWords(rollout.phase)}`,
      );
    }
    // Said by the server, since a name that somebody gives themselves says nothing of who they are.
    const role = roleIn(roles, policy.project);
    const isByRole = verb === 'approve' || verb === 'rebase';
    const known = isByRole && role !== null ? { actor, role } : {};
    const id = await this.#intake.command(rollout.id, { ...request, ...known });
    await this.#store.wake([rollout.policy]);
    return id;
  }

  /** The command that was sent with this id; null when none was. */
  async sent(requestId: string | null): Promise<string | null> {
    return requestId === null ? null : this.#intake.sent(requestId);
  }

  /** What a tick answered to a command of that rollout; null while none has, and for a command of another. */
  async answer(name: string, id: string): Promise<{ accepted: boolean; reason: string } | null> {
    return this.#intake.answer(name, id);
  }

  /** A living rollout goes on by its revision, whatever was applied after it. */
  async #appliedSince(rollout: Rollout): Promise<Pick<RolloutView, 'appliedAt'>> {
    if (isTerminal(rollout.phase)) return {};
    const appliedAt = await this.#store.policyAppliedAt(rollout.policy);
    const since = rollout.rebased?.at ?? rollout.startedAt;
    return appliedAt !== null && appliedAt > since ? { appliedAt } : {};
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
