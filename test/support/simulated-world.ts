import type { FiringAlert } from '../../src/core/alerts/alert.ts';
import type { Standing } from '../../src/core/conflict/obstacle.ts';
import { baselineGuard } from '../../src/core/policy/guard.ts';
import type { Measurement } from '../../src/core/judge/measurement.ts';
import type { Verdict } from '../../src/core/judge/verdict.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { Route, RouteRow } from '../../src/core/protocol/route.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { decide, type Outcome } from '../../src/core/rollout/decide.ts';
import type { Effect } from '../../src/core/rollout/effect.ts';
import type {
  Command,
  ObservedFlag,
  ObservedInstance,
  Observations,
} from '../../src/core/rollout/observations.ts';
import type { OldUsers } from '../../src/core/rollout/old-use.ts';
import { heldUnits } from '../../src/core/rollout/quarantine.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import type { BorderTrack } from '../../src/core/schema-migration/border-watch.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import type { StormView } from '../../src/core/storm/storm-view.ts';
import { examplePolicy } from './example-policy.ts';
import { SimulatedJobs } from './simulated-jobs.ts';

/** A process of the application: what it runs and when it was last heard. */
export interface SimulatedInstance {
  readonly name: string;
  route: Route | null;
  alive: boolean;
  lastSeenAt: number;
  latched: boolean;
}

const maxStaleMs = 900_000;

/** A world small enough to be seen whole: a flag, two instances, a target with its jobs. */
export class SimulatedWorld {
  /** The revision that it runs by. */
  policy: Policy;
  now = 1_000_000;
  rollout: Rollout;
  flag: ObservedFlag | null = null;
  readonly instances: SimulatedInstance[];
  readonly jobs = new SimulatedJobs();
  routeRow: RouteRow | null = null;
  commands: Command[] = [];
  verdicts: Record<string, Verdict> = {};
  /** What guards measure besides their verdict. */
  figures: Record<string, Partial<Measurement>> = {};
  /** Units that fail on the new side alone: the guard `errors` names them while they are there. */
  bad: readonly string[] = [];
  /** What the probe finds of units that are held on the old side. */
  probes: Readonly<Record<string, 'releasedUnits' | 'confirmedUnits'>> = {};
  historySeconds = 60;
  /** What the units of the history asked for. */
  traffic: NonNullable<Observations['history']['traffic']> = { names: [], requests: [] };
  evidenceFlows = true;
  targetError: string | null = null;
  /** Why a rollback would lose data, by what rows hold. */
  noReturn: string | null = null;
  /** How near values have come to where it would. */
  borders: readonly BorderTrack[] = [];
  /** Those that fire. */
  alerts: readonly FiringAlert[] = [];
  /** What is known of others that would go back by the same word; null: nothing is asked. */
  storm: StormView | null = null;
  /** Those that it waits for in the queue; null while it waits for nobody. */
  ahead: readonly Standing[] | null = null;
  /** Who is seen on the old version. */
  oldUse: OldUsers = { since: 0, users: [] };
  /** Whether a process of a build without the migration runs as well. */
  stranger = false;
  readonly outcomes: Outcome[] = [];
  /** What people were told, with whom. */
  readonly notices: Extract<Effect, { kind: 'notify' }>[] = [];
  #lastEvidenceAt = 1_000_000;
  #commandCount = 0;
  #lastVersion = 0;

  constructor(policy: Policy = examplePolicy, attempt = 1) {
    this.policy = policy;
    this.rollout = createRollout(policy, `${policy.name}-${attempt}`, attempt, this.now);
    this.instances = ['api-1', 'api-2'].map((name) => ({
      name,
      route: null,
      alive: true,
      lastSeenAt: this.now,
      latched: false,
    }));
  }

  /** Time passes, everybody reports, and one decision is made and carried out. */
  tick(ms = 500, perform: (effect: Effect) => boolean = () => true): Outcome {
    this.pass(ms);
    const { policy, rollout, now } = this;
    const outcome = decide({ policy, rollout, now, observations: this.observe() });
    this.rollout = outcome.rollout;
    this.policy = outcome.policy;
    const answered = outcome.answers.map((answer) => answer.command);
    this.commands = this.commands.filter((command) => !answered.includes(command.id));
    for (const effect of outcome.effects) if (perform(effect)) this.perform(effect);
    this.outcomes.push(outcome);
    return outcome;
  }

  /** Ticks until `done` or gives up. Returns whether it came true. */
  runUntil(done: (world: SimulatedWorld) => boolean, ticks = 400): boolean {
    for (let count = 0; count < ticks; count += 1) {
      if (done(this)) return true;
      this.tick();
    }
    return done(this);
  }

  pass(ms: number): void {
    this.now += ms;
    this.jobs.pass(ms);
    for (const instance of this.instances) this.#report(instance);
    if (this.evidenceFlows && this.instances.some((instance) => instance.alive)) {
      this.#lastEvidenceAt = this.now;
    }
  }

  ask(verb: Command['verb'], by = 'alice', more: Partial<Command> = {}): void {
    this.#commandCount += 1;
    const id = `command-${this.#commandCount}`;
    const flagRevision = this.flag?.route.revision ?? 0;
    this.commands.push({ id, verb, by, reason: null, at: this.now, flagRevision, ...more });
  }

  /** A person's hand on the switch. */
  toggle(enabled: boolean, by = 'bob'): void {
    if (this.flag === null) return;
    const revision = this.flag.route.revision + 1;
    const route = { ...this.flag.route, enabled, revision };
    this.flag = { route, version: null, changedBy: by, changedAt: this.now };
  }

  /** A person edits the flag so that a share is on the new side. */
  expose(share: number, by = 'bob'): void {
    if (this.flag === null) return;
    const revision = this.flag.route.revision + 1;
    const stages = { baseStage: 'shadow', canaryStage: 'live' } as const;
    const route = { ...this.flag.route, ...stages, share, revision };
    this.flag = { route, version: null, changedBy: by, changedAt: this.now };
  }

  observe(): Observations {
    return {
      flag: this.flag,
      instances: [
        ...this.instances.map((instance) => this.#observed(instance)),
        ...(this.stranger ? [this.#strange()] : []),
      ],
      jobs: this.jobs.states,
      routeRow: this.routeRow,
      targetError: this.targetError,
      measurements: this.#measured().map((guard) => this.#measure(guard)),
      history: {
        seconds: this.historySeconds,
        units: 50,
        newestAt: this.#lastEvidenceAt,
        traffic: this.traffic,
      },
      commands: this.commands,
      alerts: this.alerts,
      oldUse: this.oldUse,
      ...(this.noReturn === null ? {} : { noReturn: this.noReturn }),
      borders: this.borders,
      ...(this.storm === null ? {} : { storm: this.storm }),
      ...(this.ahead === null ? {} : { ahead: this.ahead }),
    };
  }

  perform(effect: Effect): void {
    switch (effect.kind) {
      case 'setRoute':
        return this.#setRoute(effect);
      case 'writeRouteRow':
        this.routeRow = effect.row;
        return;
      case 'ensureJob':
        return this.jobs.ensure(effect.job);
      case 'revokeJob':
        this.jobs.revoke(effect.job, effect.upTo);
        return;
      case 'throttleJob':
        this.jobs.throttle(effect.job, effect.reason);
        return;
      case 'notify':
        this.notices.push(effect);
    }
  }

  #setRoute(effect: Extract<Effect, { kind: 'setRoute' }>): void {
    const { spec, version, enable } = effect.wanted;
    const present = this.flag;
    if (present !== null && this.#lastVersion >= version) return;
    const edited = present?.version === null && present.route.revision > effect.seen;
    if (edited && spec.canaryStage !== 'off') return;
    this.#lastVersion = version;
    const revision = (present?.route.revision ?? 0) + 1;
    const enabled = present === null || present.route.enabled || enable;
    this.flag = {
      route: { ...spec, revision, enabled },
      version,
      changedBy: 'crossfade',
      changedAt: this.now,
    };
  }

  #report(instance: SimulatedInstance): void {
    if (!instance.alive) return;
    instance.lastSeenAt = this.now;
    if (this.flag !== null) instance.route = this.flag.route;
    if (instance.route?.safeSide === 'new') instance.latched = true;
  }

  #observed(instance: SimulatedInstance): ObservedInstance {
    return {
      service: 'users-api',
      instance: instance.name,
      implements: true,
      revision: instance.route?.revision ?? 0,
      safeSide: instance.latched ? 'new' : 'old',
      draining: 0,
      lastSeenAt: instance.lastSeenAt,
      maxStaleMs,
    };
  }

  #strange(): ObservedInstance {
    return {
      service: 'users-api',
      instance: 'old-build',
      implements: false,
      revision: 0,
      safeSide: 'old',
      draining: 0,
      lastSeenAt: this.now,
      maxStaleMs,
    };
  }

  /** The policy's guards, and what is told of the baseline. */
  #measured(): readonly string[] {
    const guards = this.policy.guards.map(({ name }) => name);
    return baselineGuard in this.verdicts ? [...guards, baselineGuard] : guards;
  }

  #measure(guard: string): Measurement {
    const ofThisStep = this.#lastEvidenceAt >= (this.rollout.step.settledAt ?? 0);
    const fresh = ofThisStep && this.now - this.#lastEvidenceAt <= 3_000;
    const units = guard === 'errors' && fresh ? this.#unitsFound() : {};
    const told = this.verdicts[guard] ?? ('badUnits' in units ? 'fail' : 'pass');
    const verdict = fresh ? told : 'noData';
    return {
      guard,
      kind: 'compare',
      verdict,
      reason: `${verdict} as told`,
      canary: null,
      baseline: null,
      limit: null,
      unit: 'ratio',
      samples: { canary: 100, baseline: 100, units: 10 },
      logHarm: null,
      logNotWorse: null,
      newestAt: this.#lastEvidenceAt,
      ...units,
      ...this.figures[guard],
    };
  }

  /** What a judge that knows units would say: who fails on the new side, and who on the old one. */
  #unitsFound(): Partial<Measurement> {
    const { spec } = this.rollout.route;
    const badUnits = this.bad.filter(
      (unit) => stageOfUnit({ ...spec, enabled: true }, unit).side === 'new',
    );
    const probed = (finding: string) =>
      heldUnits(this.rollout).filter((unit) => this.probes[unit] === finding);
    return {
      ...(badUnits.length === 0 ? {} : { badUnits }),
      releasedUnits: probed('releasedUnits'),
      confirmedUnits: probed('confirmedUnits'),
    };
  }
}
