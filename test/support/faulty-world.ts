import type { Notifiers } from '../../src/engine/ports/notifier.ts';
import { MemoryOutbox } from '../../src/adapters/memory/memory-outbox.ts';
import type { Effect } from '../../src/core/rollout/effect.ts';
import type { HistoryLine } from '../../src/core/rollout/history.ts';
import type { MigrationEvidence } from '../../src/core/protocol/evidence.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { EffectExecutor } from '../../src/engine/effect-executor.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import type { ObservedFlag } from '../../src/core/rollout/observations.ts';
import { FlagProvider, type WantedFlag } from '../../src/engine/ports/flag-provider.ts';
import type { Gathered, ObservationStore } from '../../src/engine/ports/observation-store.ts';
import type { RolloutStore } from '../../src/engine/ports/rollout-store.ts';
import { Targets } from '../../src/engine/ports/targets.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import type { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';
import { quietTick } from './quiet-tick.ts';
import { examplePolicy } from './example-policy.ts';
import { ChanceOfDeath, MortalOutbox } from './mortal-engine.ts';
import { Silence } from './silence.ts';
import { seededRandom } from './seeded-random.ts';
import { SimulatedProvider } from './simulated-provider.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { WatchedStore } from './watched-store.ts';

const leaseMs = 10_000;

/** Who works in this world; 40 units. */
export const population = ['acme-staging', ...Array.from({ length: 39 }, (_, n) => `tenant-${n}`)];

/** Coarse enough that the little traffic of a small world proves it soon. */
export const faultyPolicy: Policy = {
  ...examplePolicy,
  guards: examplePolicy.guards.map((guard) =>
    guard.name === 'errors' && 'tolerate' in guard && !Array.isArray(guard.tolerate)
      ? { ...guard, tolerate: { ratio: 1.1, add: 0.02 } }
      : guard,
  ) as Policy['guards'],
};

/** The chances of each kind of fault, per occasion. */
export interface Faults {
  readonly crash: number;
  readonly lostAnswer: number;
  readonly unreachable: number;
  /** A request to the target that is carried out only seconds after it was given up. */
  readonly late?: number;
}

/** A flag system of its own in place of the small world's flag, and how the application reads it. */
export interface ForeignFlag {
  readonly provider: FlagProvider;
  /** The flag as every instance of the application runs it from now on. */
  observe(): Promise<ObservedFlag | null>;
  decide(route: Route, unit: string): ReturnType<typeof stageOfUnit>;
}

/** Longest time that such a request is under way. Milliseconds. */
const latestMs = 12_000;

/**
 * The real reconciler and executor over stores in memory and a small world of instances whose units
 * read and write all the time. Everything that can go wrong does, by a seeded chance.
 */
export class FaultyWorld {
  readonly world: SimulatedWorld;
  readonly store: WatchedStore;
  readonly outbox: MemoryOutbox;
  harmful = false;
  readonly provider = new SimulatedProvider(() => this.world.now);
  /** Units that fail by themselves: on the new side alone, or whichever side serves them. */
  broken: { readonly units: readonly string[]; readonly sides: 'new' | 'both' } | null = null;
  faults: Faults;
  lostWrites = 0;
  newWrites = 0;
  crashes = 0;
  /** Effects that were performed although the newest decision did not want them. */
  stale = 0;
  /** Jobs that were stopped although a person had them go on since. */
  wronged = 0;
  readonly #random: () => number;
  readonly #begun: Rollout;
  readonly #foreign: ForeignFlag | null;
  #evidence: { id: string; receivedAt: number; evidence: MigrationEvidence }[] = [];
  #life: ChanceOfDeath;
  #reconciler: Reconciler;
  #executor: EffectExecutor;
  #batches = 0;
  #underWay: { readonly at: number; readonly effect: Effect }[] = [];

  constructor(
    seed: number,
    faults: Faults,
    policy: Policy = faultyPolicy,
    foreign: ForeignFlag | null = null,
  ) {
    this.#foreign = foreign;
    this.#random = seededRandom(seed);
    this.faults = faults;
    this.world = new SimulatedWorld(policy);
    this.#begun = this.world.rollout;
    this.outbox = new MemoryOutbox(() => this.world.now);
    this.store = new WatchedStore(
      this.outbox,
      () => this.world.now,
      (id) => {
        this.world.commands = this.world.commands.filter((command) => command.id !== id);
      },
    );
    [this.#life, this.#reconciler, this.#executor] = this.#boot();
  }

  async begin(): Promise<void> {
    await this.store.create(this.world.rollout, this.world.policy);
  }

  get rollout(): Rollout {
    return this.store.entries.get(this.world.rollout.id)?.rollout ?? this.world.rollout;
  }

  /** All that happened so far. */
  get history(): readonly HistoryLine[] {
    return this.store.historyFrom(this.#begun);
  }

  /** A quarter of a second: everybody works and reports, the control plane ticks, or dies and is restarted. */
  async step(): Promise<void> {
    this.world.pass(250);
    this.#arriveLate();
    if (this.world.now % 1_000 < 250) this.#work();
    await this.#reconciler.tick();
    for (const lane of await this.#executor.dueLanes()) await this.#executor.run(lane);
    if (this.#foreign !== null) this.world.flag = await this.#foreign.observe();
    if (!this.#life.dead) return;
    this.crashes += 1;
    [this.#life, this.#reconciler, this.#executor] = this.#boot();
  }

  /** Takes a claim and keeps it, as a worker does that freezes; what it would write comes late. */
  async freezeWorker(): Promise<() => Promise<boolean>> {
    const claim = await this.store.claimDue('frozen', leaseMs);
    if (claim === null) return () => Promise.resolve(false);
    const late = quietTick(claim, { dueAt: this.world.now });
    return async () => (await this.store.commit(claim, late)) !== null;
  }

  #boot(): [ChanceOfDeath, Reconciler, EffectExecutor] {
    const life = new ChanceOfDeath(() => this.#chance(this.faults.crash));
    const worker = { name: 'simulated', leaseMs };
    const alerts = { firing: () => Promise.resolve(this.world.alerts) };
    const [gather, metrics] = [() => Promise.resolve(this.#gather()), this.provider];
    const observations = { gather, alerts, metrics };
    const reconciler = new Reconciler(
      this.store as RolloutStore,
      observations as unknown as ObservationStore,
      life,
      new Silence(),
      worker,
    );
    const outbox = new MortalOutbox(this.outbox, life);
    const provider = this.#foreign?.provider ?? this.#flagProvider();
    const flags = { [this.world.policy.flag.provider]: provider };
    const systems = { flags, targets: this.#targets(), notifiers: {} as Notifiers };
    return [life, reconciler, new EffectExecutor(outbox, systems, life, new Silence())];
  }

  #flagProvider(): FlagProvider {
    const perform = (wanted: WantedFlag): Promise<void> => {
      const { name, seen = 0, ...rest } = wanted;
      return this.#unreliably({ kind: 'setRoute', flag: name, wanted: rest, seen });
    };
    return new (class extends FlagProvider {
      override set = perform;
      override read = (): Promise<null> => Promise.resolve(null);
    })();
  }

  #targets(): Targets {
    const works = {
      writeRoute: (row: Extract<Effect, { kind: 'writeRouteRow' }>['row']) =>
        this.#unreliably({ kind: 'writeRouteRow', row }),
      ensureJob: (job: Extract<Effect, { kind: 'ensureJob' }>['job']) =>
        this.#unreliably({ kind: 'ensureJob', job }),
      revokeJob: (job: string, upTo: number) => this.#unreliably({ kind: 'revokeJob', job, upTo }),
      throttleJob: (job: string, reason: string | null) =>
        this.#unreliably({ kind: 'throttleJob', job, reason }),
    };
    return new (class extends Targets {
      override open = (): Promise<TargetWorks> => Promise.resolve(works as unknown as TargetWorks);
      override close = (): Promise<void> => Promise.resolve();
    })();
  }

  #unreliably(effect: Effect): Promise<void> {
    if (!this.store.wants(this.rollout.id, effect)) this.stale += 1;
    if (this.#chance(this.faults.unreachable)) return Promise.reject(new Error('unreachable'));
    if (effect.kind !== 'setRoute' && this.#chance(this.faults.late ?? 0)) {
      this.#underWay.push({ at: this.world.now + this.#random() * latestMs, effect });
      return Promise.reject(new Error('no answer in time'));
    }
    this.#perform(effect);
    const lost = this.#chance(this.faults.lostAnswer);
    return lost ? Promise.reject(new Error('the answer was lost')) : Promise.resolve();
  }

  #perform(effect: Effect): void {
    const before = this.world.jobs.states;
    this.world.perform(effect);
    const { phase, step } = this.rollout;
    for (const { id, status, generation } of this.world.jobs.states) {
      const was = before.find((job) => job.id === id)?.status;
      const resumed = phase === 'running' && generation === step.enteredAt;
      if (was !== status && status === 'revoked' && resumed) this.wronged += 1;
    }
  }

  #arriveLate(): void {
    const due = this.#underWay.filter(({ at }) => at <= this.world.now);
    this.#underWay = this.#underWay.filter((one) => !due.includes(one));
    for (const { effect } of due) this.#perform(effect);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #gather(): Gathered {
    const seen = this.world.observe();
    const entry = this.store.entries.get(this.world.rollout.id);
    const evidence = this.#evidence;
    this.#evidence = [];
    return {
      flag: seen.flag,
      instances: seen.instances,
      commands: seen.commands,
      evidence,
      judge: entry?.judge ?? null,
      target: {
        jobs: seen.jobs,
        routeRow: seen.routeRow,
        health: { lockWaitMs: 0, longestTransactionMs: 0 },
        error: null,
        at: this.world.now,
      },
    };
  }

  /** Every unit writes once through every instance, and is read and compared. */
  #work(): void {
    for (const instance of this.world.instances) {
      const { route } = instance;
      if (!instance.alive || route === null) continue;
      const units = population.map((unit) => {
        const decided = this.#foreign?.decide(route, unit) ?? stageOfUnit(route, unit);
        this.#write(decided.side);
        const failed = this.#failures(unit, decided.side);
        return { unit, cohort: decided.cohort, requests: 8, failed };
      });
      const compares = route.baseStage === 'shadow' || route.canaryStage === 'live';
      const clean = { compared: 4, mismatched: 0, void: 0, kinds: {} };
      const comparisons = units.map(({ unit }) => ({ unit, ...clean }));
      this.#batches += 1;
      this.#evidence.push({
        id: String(this.#batches),
        receivedAt: this.world.now,
        evidence: {
          migration: this.world.policy.name,
          revision: route.revision,
          fromMs: this.world.now - 1_000,
          toMs: this.world.now,
          units,
          latency: [],
          comparisons: compares ? comparisons : [],
          fallbacks: 0,
          withoutUnit: 0,
          served: { old: 0, new: 0 },
        },
      });
    }
  }

  #failures(unit: string, side: 'old' | 'new'): number {
    if (this.broken?.units.includes(unit) && (side === 'new' || this.broken.sides === 'both')) {
      return 6;
    }
    return this.harmful && side === 'new' ? 2 : 0;
  }

  /** A write is lost when its side has no place for it: new before the backfill, old after contract. */
  #write(side: 'old' | 'new'): void {
    const { jobs } = this.world;
    if (side === 'new') this.newWrites += 1;
    if (side === 'new' && !jobs.has('backfill')) this.lostWrites += 1;
    if (side === 'old' && jobs.has('contract')) this.lostWrites += 1;
  }
}
