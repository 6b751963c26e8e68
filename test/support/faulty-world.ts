import { MemoryOutbox } from '../../src/adapters/memory/memory-outbox.ts';
import { MemoryRolloutStore } from '../../src/adapters/memory/memory-rollout-store.ts';
import type { MigrationEvidence } from '../../src/core/protocol/evidence.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { Effect } from '../../src/core/rollout/effect.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { EffectExecutor } from '../../src/engine/effect-executor.ts';
import { EventLog } from '../../src/engine/ports/event-log.ts';
import { FaultPoints, type FaultPoint } from '../../src/engine/ports/fault-points.ts';
import { FlagProvider, type WantedFlag } from '../../src/engine/ports/flag-provider.ts';
import type { Gathered, ObservationStore } from '../../src/engine/ports/observation-store.ts';
import { Outbox, type PendingEffect } from '../../src/engine/ports/outbox.ts';
import type { RolloutStore } from '../../src/engine/ports/rollout-store.ts';
import { Targets } from '../../src/engine/ports/targets.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import type { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';
import { examplePolicy } from './example-policy.ts';
import { seededRandom } from './seeded-random.ts';
import { SimulatedWorld } from './simulated-world.ts';

const leaseMs = 10_000;

const population = ['acme-staging', ...Array.from({ length: 39 }, (_, n) => `tenant-${n}`)];

/** Coarse enough that the little traffic of a small world proves it soon. */
const policy: Policy = {
  ...examplePolicy,
  guards: examplePolicy.guards.map((guard) =>
    guard.name === 'errors' && 'tolerate' in guard && !Array.isArray(guard.tolerate)
      ? { ...guard, tolerate: { ratio: 1.1, add: 0.02 } }
      : guard,
  ) as Policy['guards'],
};

/** A control plane that dies at a point when chance says so, as by kill -9. */
class Crash extends Error {}

class ChanceOfDeath extends FaultPoints {
  dead = false;
  readonly #chance: () => boolean;

  constructor(chance: () => boolean) {
    super();
    this.#chance = chance;
  }

  override reached(point: FaultPoint): void {
    if (!this.#chance()) return;
    this.dead = true;
    throw new Crash(point);
  }
}

/** What a dead process can no longer say: an effect it had taken stays taken until its lease ends. */
class MortalOutbox extends Outbox {
  readonly #outbox: MemoryOutbox;
  readonly #life: ChanceOfDeath;

  constructor(outbox: MemoryOutbox, life: ChanceOfDeath) {
    super();
    this.#outbox = outbox;
    this.#life = life;
  }

  override take(lease: number): Promise<PendingEffect | null> {
    return this.#life.dead ? Promise.resolve(null) : this.#outbox.take(lease);
  }

  override done(effect: PendingEffect): Promise<void> {
    return this.#life.dead ? Promise.resolve() : this.#outbox.done(effect);
  }

  override failed(effect: PendingEffect, error: string, retryAfterMs: number): Promise<void> {
    return this.#life.dead ? Promise.resolve() : this.#outbox.failed(effect, error, retryAfterMs);
  }
}

class Silence extends EventLog {
  override write(): void {}
}

/** The chances of each kind of fault, per occasion. */
export interface Faults {
  readonly crash: number;
  readonly lostAnswer: number;
  readonly unreachable: number;
}

/**
 * The real reconciler and executor over stores in memory and a small world of instances whose units
 * read and write all the time. Everything that can go wrong does, by a seeded chance.
 */
export class FaultyWorld {
  readonly world: SimulatedWorld;
  readonly store: MemoryRolloutStore;
  readonly outbox: MemoryOutbox;
  harmful = false;
  faults: Faults;
  lostWrites = 0;
  newWrites = 0;
  crashes = 0;
  readonly #random: () => number;
  #evidence: { id: string; receivedAt: number; evidence: MigrationEvidence }[] = [];
  #life: ChanceOfDeath;
  #reconciler: Reconciler;
  #executor: EffectExecutor;
  #batches = 0;

  constructor(seed: number, faults: Faults) {
    this.#random = seededRandom(seed);
    this.faults = faults;
    this.world = new SimulatedWorld(policy);
    this.outbox = new MemoryOutbox(() => this.world.now);
    this.store = new MemoryRolloutStore(
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
    const entry = this.store.entries.get(this.world.rollout.id);
    return entry?.rollout ?? this.world.rollout;
  }

  /** A quarter of a second: everybody works and reports, the control plane ticks, or dies and is restarted. */
  async step(): Promise<void> {
    this.world.pass(250);
    if (this.world.now % 1_000 < 250) this.#work();
    await this.#reconciler.tick();
    await this.#executor.run();
    if (!this.#life.dead) return;
    this.crashes += 1;
    [this.#life, this.#reconciler, this.#executor] = this.#boot();
  }

  /** Takes a claim and keeps it, as a worker does that freezes; what it would write comes late. */
  async freezeWorker(): Promise<() => Promise<boolean>> {
    const claim = await this.store.claimDue('frozen', leaseMs);
    if (claim === null) return () => Promise.resolve(false);
    const nothing = { judge: null, judgedEvidence: [], decision: null, effects: [], answers: [] };
    return () =>
      this.store.commit(claim, { rollout: claim.rollout, dueAt: this.world.now, ...nothing });
  }

  #boot(): [ChanceOfDeath, Reconciler, EffectExecutor] {
    const life = new ChanceOfDeath(() => this.#chance(this.faults.crash));
    const worker = { name: 'simulated', leaseMs };
    const observations = { gather: () => Promise.resolve(this.#gather()) };
    const reconciler = new Reconciler(
      this.store as RolloutStore,
      observations as unknown as ObservationStore,
      life,
      new Silence(),
      worker,
    );
    const outbox = new MortalOutbox(this.outbox, life);
    const flags = { crossfade: this.#flagProvider() };
    const executor = new EffectExecutor(outbox, flags, this.#targets(), life, new Silence());
    return [life, reconciler, executor];
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
      revoke: (rollout: string) => this.#unreliably({ kind: 'revokeJobs', rollout }),
    };
    return new (class extends Targets {
      override open = (): Promise<TargetWorks> => Promise.resolve(works as unknown as TargetWorks);
      override close = (): Promise<void> => Promise.resolve();
    })();
  }

  #unreliably(effect: Effect): Promise<void> {
    if (this.#chance(this.faults.unreachable)) return Promise.reject(new Error('unreachable'));
    this.world.perform(effect);
    const lost = this.#chance(this.faults.lostAnswer);
    return lost ? Promise.reject(new Error('the answer was lost')) : Promise.resolve();
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
        const decided = stageOfUnit(route, unit);
        this.#write(decided.side);
        const failed = this.harmful && decided.side === 'new' ? 2 : 0;
        return { unit, cohort: decided.cohort, requests: 8, failed };
      });
      const compares = route.baseStage === 'shadow' || route.canaryStage === 'live';
      const comparisons = units.map(({ unit }) => ({
        unit,
        compared: 4,
        mismatched: 0,
        void: 0,
        kinds: {},
      }));
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

  /** A write is lost when its side has no place for it: new before the backfill, old after contract. */
  #write(side: 'old' | 'new'): void {
    const kinds = [...this.world.jobs.values()].map((job) => job.kind);
    if (side === 'new') this.newWrites += 1;
    if (side === 'new' && !kinds.includes('backfill')) this.lostWrites += 1;
    if (side === 'old' && kinds.includes('contract')) this.lostWrites += 1;
  }
}
