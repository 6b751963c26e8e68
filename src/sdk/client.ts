import { Connection } from './connection.ts';
import { ComparisonLog } from './comparison-log.ts';
import { Contact } from './contact.ts';
import type {
  Crossfade,
  CrossfadeStatus,
  Migration,
  MigrationStatus,
  UnitId,
} from './crossfade.ts';
import { Decisions } from './decisions.ts';
import { EvidenceQueue } from './evidence-queue.ts';
import { EvidenceRecorder } from './evidence-recorder.ts';
import { FlagEvents } from './flag-events.ts';
import { FreezeWatch } from './freeze-watch.ts';
import { HttpTransport } from './http-transport.ts';
import { InFlight } from './in-flight.ts';
import { NoiseFloor } from './noise-floor.ts';
import { openTelemetryLogger, openTelemetryMeter } from './open-telemetry.ts';
import { Operations } from './operations.ts';
import { settingsOf } from './options.ts';
import type { CrossfadeOptions, Settings } from './options.ts';
import { attach, detach } from './process-client.ts';
import { RouteRows } from './route-rows.ts';
import { RouteStore } from './route-store.ts';
import { ShadowReader } from './shadow-reader.ts';
import { Telemetry } from './telemetry.ts';
import { late, within } from './time-limit.ts';
import { systemTiming } from './timing.ts';
import type { Cancel, Timing } from './timing.ts';
import type { Transport } from './transport.ts';
import { Turns } from './turns.ts';
import { UnitWrites } from './unit-writes.ts';
import { Warnings } from './warnings.ts';

/** How long `close` may take: for running operations, and for the last reports. */
const closeLimitMs = 2_000;

/**
 * Connects an application to Crossfade. Throws `invalidInput` when an option is wrong, and nothing
 * else: when Crossfade is away, the application starts and serves all the same.
 */
export function createCrossfade(options: CrossfadeOptions): Crossfade {
  const settings = settingsOf(options);
  const events = new FlagEvents(openTelemetryLogger(), systemTiming, settings.eventContextId);
  const telemetry = new Telemetry(openTelemetryMeter(), events);
  const client = new Client(settings, systemTiming, new HttpTransport(settings), telemetry);
  attach(client);
  return client;
}

/** Wires the parts; every rule stands in one of them. */
export class Client implements Crossfade {
  readonly #settings: Settings;
  readonly #timing: Timing;
  readonly #contact: Contact;
  readonly #routes: RouteStore;
  readonly #inFlight: InFlight;
  readonly #recorder: EvidenceRecorder;
  readonly #telemetry: Telemetry;
  readonly #log: ComparisonLog;
  readonly #decisions: Decisions;
  readonly #turns: Turns;
  readonly #operations: Operations;
  readonly #connection: Connection;
  readonly #stops: readonly Cancel[];
  #closing: Promise<void> | null = null;

  /**
   * @param telemetry the application's own metrics; none where it has none
   * @param floor which reads are known to differ from themselves
   */
  constructor(
    settings: Settings,
    timing: Timing,
    transport: Transport,
    telemetry = new Telemetry(() => null),
    floor = new NoiseFloor(),
  ) {
    this.#settings = settings;
    this.#timing = timing;
    const warnings = new Warnings(settings.onWarning);
    this.#contact = new Contact(timing, settings.heartbeatMs);
    this.#routes = new RouteStore(warnings, () => this.#connection.reportNow());
    this.#inFlight = new InFlight((migration, revision) => this.#ended(migration, revision));
    this.#recorder = new EvidenceRecorder(timing, telemetry);
    this.#telemetry = telemetry;
    this.#log = new ComparisonLog(timing, warnings);
    this.#connection = new Connection({
      settings,
      timing,
      transport,
      warnings,
      contact: this.#contact,
      routes: this.#routes,
      inFlight: this.#inFlight,
      recorder: this.#recorder,
      queue: new EvidenceQueue(),
    });
    const freeze = new FreezeWatch(timing, settings.freezeAfterMs, (since) => {
      void this.#connection.confirm(since);
    });
    const rows = settings.routeRow === null ? null : new RouteRows(timing, settings.routeRow);
    this.#decisions = new Decisions(
      {
        timing,
        routes: this.#routes,
        contact: this.#contact,
        freeze,
        rows,
        confirm: (since) => this.#connection.confirm(since),
      },
      settings.maxStaleMs,
    );
    this.#turns = new Turns(this.#decisions, freeze, this.#inFlight, telemetry.events);
    this.#operations = this.#operationsWith(warnings, floor);
    this.#stops = [freeze.start(), this.#onContact(freeze, rows), this.#watchRows(rows)];
    this.#connection.start();
  }

  migration<Result = unknown>(name: string): Migration<Result> {
    if (this.#routes.declare(name)) this.#connection.declared();
    this.#telemetry.declared(name);
    const operations = this.#operations;
    return {
      name,
      read: (call) => operations.read(name, call),
      write: (call) => operations.write(name, call),
    };
  }

  withUnit<T>(unit: UnitId, work: () => T, route?: string): T {
    const id = unit === null || unit === undefined || unit === '' ? undefined : String(unit);
    return this.#turns.withUnit(id, work, route);
  }

  transaction<T>(work: () => T | PromiseLike<T>): Promise<T> {
    return this.#turns.transaction(this.#routes.declared(), work);
  }

  async ready(timeoutMs = 5_000): Promise<boolean> {
    if (this.#contact.made) return true;
    let stop: Cancel = () => {};
    const contact = new Promise<true>((resolve) => {
      stop = this.#contact.onAnswered(() => resolve(true));
    });
    const answer = await within(this.#timing, timeoutMs, contact);
    stop();
    return answer !== late;
  }

  status(): CrossfadeStatus {
    return {
      connected: this.#contact.isFresh(),
      instance: this.#settings.instance,
      migrations: this.#routes.declared().map((migration) => this.#statusOf(migration)),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#decisions.close();
    detach(this);
    for (const stop of this.#stops) stop();
    // Who leaves is no longer waited for, so what still runs on the new side ends first.
    await within(this.#timing, closeLimitMs, this.#inFlight.whenIdle());
    await this.#connection.close(closeLimitMs);
  }

  #statusOf(migration: string): MigrationStatus {
    const revision = this.#routes.revisionOf(migration);
    return {
      migration,
      revision,
      known: this.#connection.isKnown(migration),
      stages: this.#recorder.stagesOf(migration),
      withoutUnit: this.#recorder.withoutUnitOf(migration),
      mismatches: this.#log.samplesOf(migration),
      noise: this.#log.noiseOf(migration),
      safeSide: this.#routes.safeSideOf(migration),
      draining: this.#inFlight.draining(migration, revision),
    };
  }

  #operationsWith(warnings: Warnings, floor: NoiseFloor): Operations {
    const [timing, recorder, writes] = [this.#timing, this.#recorder, new UnitWrites()];
    const { notAnError, operationLimitMs: limitMs, ...settings } = this.#settings;
    const shadow = new ShadowReader({
      timing,
      writes,
      warnings,
      notAnError,
      atOnce: settings.comparisonsAtOnce,
      limitMs: settings.comparisonLimitMs,
      log: this.#log,
      floor,
      shadowed: (sample, other) => recorder.shadowed(sample, other),
      record: ({ migration, unit, decision }, outcome) =>
        recorder.comparison(migration, decision.revision, unit, outcome),
    });
    const turns = this.#turns;
    return new Operations({
      timing,
      turns,
      recorder,
      shadow,
      writes,
      warnings,
      notAnError,
      limitMs,
    });
  }

  /** The last work under an older revision ended: a rollback waits for exactly this news. */
  #ended(migration: string, revision: number): void {
    const current = this.#routes.revisionOf(migration);
    if (revision < current && this.#inFlight.draining(migration, current) === 0) {
      this.#connection.reportNow();
    }
  }

  #onContact(freeze: FreezeWatch, rows: RouteRows | null): Cancel {
    return this.#contact.onAnswered((sentAt) => {
      freeze.confirmed(sentAt);
      for (const migration of this.#routes.declared()) {
        if (this.#routes.get(migration) !== undefined) rows?.forget(migration);
      }
    });
  }

  /** The second path is read while the first one is out of reach, or has no word on a migration. */
  #watchRows(rows: RouteRows | null): Cancel {
    if (rows === null) return () => {};
    return rows.watch(this.#settings.heartbeatMs, () => {
      const declared = this.#routes.declared();
      if (!this.#contact.isFresh()) return declared;
      return declared.filter((migration) => this.#routes.get(migration) === undefined);
    });
  }
}
