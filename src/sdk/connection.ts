import type { Acknowledgement, InstanceReport } from '../core/protocol/report.ts';
import type { Contact } from './contact.ts';
import type { EvidenceQueue } from './evidence-queue.ts';
import type { EvidenceRecorder } from './evidence-recorder.ts';
import type { InFlight } from './in-flight.ts';
import type { Settings } from './options.ts';
import { parseRoutes } from './parse-routes.ts';
import { Reporter } from './reporter.ts';
import type { ReportState } from './reporter.ts';
import type { RouteStore } from './route-store.ts';
import { RouteStream } from './route-stream.ts';
import type { Cancel, Timing } from './timing.ts';
import type { Transport } from './transport.ts';
import type { Warnings } from './warnings.ts';

/** What a connection carries, and where to. */
export interface ConnectionSources {
  readonly settings: Settings;
  readonly timing: Timing;
  readonly transport: Transport;
  readonly warnings: Warnings;
  readonly contact: Contact;
  readonly routes: RouteStore;
  readonly inFlight: InFlight;
  readonly recorder: EvidenceRecorder;
  readonly queue: EvidenceQueue;
}

/** How long a confirmation may keep a caller waiting. */
const confirmLimitMs = 1_000;

/** Both ways to Crossfade: reports out, routes in, by the stream and by the reports' answers. */
export class Connection {
  readonly #sources: ConnectionSources;
  readonly #reporter: Reporter;
  readonly #stream: RouteStream;
  readonly #unknown = new Set<string>();
  #stopHeartbeat: Cancel = () => {};
  #opening = false;
  #closed = false;

  constructor(sources: ConnectionSources) {
    this.#sources = sources;
    const { transport, timing, recorder, queue } = sources;
    const collect = (): void => queue.add(recorder.take());
    const state = (): ReportState => this.#state();
    this.#reporter = new Reporter(
      transport,
      timing,
      { queue, collect, state },
      {
        answered: (sent, sentAt, body) => this.#answered(sent, sentAt, body),
        refused: (status, dropped) => this.#refused(status, dropped),
      },
    );
    this.#stream = new RouteStream(transport, timing, {
      routes: (data) => this.#routes(data),
      refused: (status) => this.#refused(status, false),
    });
  }

  start(): void {
    this.#stopHeartbeat = this.#reporter.start(this.#sources.settings.heartbeatMs);
    this.declared();
  }

  /** The list of migrations grew. Those declared in the same turn are announced together. */
  declared(): void {
    if (this.#opening || this.#closed) return;
    this.#opening = true;
    this.#sources.timing.soon(() => {
      this.#opening = false;
      if (this.#closed) return;
      this.#reporter.now();
      const migrations = this.#sources.routes.declared();
      if (migrations.length > 0) this.#stream.open(migrations);
    });
  }

  reportNow(): void {
    if (!this.#closed) this.#reporter.now();
  }

  /** Whether Crossfade answers a report that was sent at `since` or later, in a short time. */
  confirm(since: number): Promise<boolean> {
    return this.#closed ? Promise.resolve(false) : this.#reporter.confirm(since, confirmLimitMs);
  }

  isKnown(migration: string): boolean {
    return !this.#unknown.has(migration);
  }

  async close(limitMs: number): Promise<void> {
    this.#closed = true;
    this.#stopHeartbeat();
    this.#stream.close();
    await this.#reporter.leave(limitMs);
    this.#sources.transport.close();
  }

  #state(): ReportState {
    const { settings, routes } = this.#sources;
    return {
      service: settings.service,
      instance: settings.instance,
      ...(settings.version === '' ? {} : { version: settings.version }),
      implements: routes.declared(),
      acknowledged: routes.declared().map((migration) => this.#acknowledgement(migration)),
      maxStaleMs: settings.maxStaleMs,
    };
  }

  #acknowledgement(migration: string): Acknowledgement {
    const { routes, inFlight } = this.#sources;
    const revision = routes.revisionOf(migration);
    return {
      migration,
      revision,
      safeSide: routes.safeSideOf(migration),
      draining: inFlight.draining(migration, revision),
    };
  }

  #answered(sent: InstanceReport, sentAt: number, body: string): void {
    const { warnings, contact } = this.#sources;
    warnings.settled('refused');
    // Routes first: whoever hears of the contact must already see what it brought.
    this.#routes(body);
    contact.answered(sentAt);
    for (const migration of sent.implements) this.#noteUnknown(migration);
  }

  #noteUnknown(migration: string): void {
    if (this.#sources.routes.get(migration) !== undefined) {
      this.#unknown.delete(migration);
      return;
    }
    this.#unknown.add(migration);
    this.#sources.warnings.once(
      `unknown:${migration}`,
      `Crossfade knows no route for ${migration}: either the name is misspelt or its rollout was never started; the old side serves meanwhile`,
    );
  }

  #routes(text: string): void {
    const { routes, faults } = parseRoutes(text);
    for (const fault of faults) {
      this.#sources.warnings.once(
        `fault:${fault}`,
        `Crossfade sent what this version does not understand (${fault}); it is not followed`,
      );
    }
    this.#sources.routes.apply(routes);
  }

  #refused(status: number, dropped: boolean): void {
    const { warnings, settings } = this.#sources;
    const what =
      status === 401 || status === 403 ? 'check the token and its scope' : 'it will try again';
    const lost = dropped ? '; the evidence of this report is given up' : '';
    warnings.once(
      'refused',
      `Crossfade at ${settings.url.origin} answered ${status} to ${settings.service}: ${what}${lost}`,
    );
  }
}
