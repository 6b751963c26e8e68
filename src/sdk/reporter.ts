import type { MigrationEvidence } from '../core/protocol/evidence.ts';
import type { InstanceReport } from '../core/protocol/report.ts';
import type { EvidenceQueue } from './evidence-queue.ts';
import { within } from './time-limit.ts';
import type { Cancel, Timing } from './timing.ts';
import type { Reply, Transport } from './transport.ts';

/** How long a report may take before it is sent again. */
const reportLimitMs = 5_000;

/** These refuse the batch itself: sending it again would block all later ones. */
const hopeless: readonly number[] = [400, 413, 422];

/** What a report says besides its number and evidence. */
export type ReportState = Omit<InstanceReport, 'seq' | 'evidence' | 'leaving'>;

/** What the reporter stands on. */
export interface ReporterSources {
  readonly queue: EvidenceQueue;
  /** Puts what was counted since the last call into the queue. */
  readonly collect: () => void;
  readonly state: () => ReportState;
}

/** What the reporter tells its owner. */
export interface ReporterListener {
  /** A report that was sent at `sentAt` (monotonic) was answered with `body`. */
  answered(sent: InstanceReport, sentAt: number, body: string): void;
  /** It was refused; `dropped` when its evidence is given up. */
  refused(status: number, dropped: boolean): void;
}

interface Batch {
  readonly seq: number;
  readonly evidence: readonly MigrationEvidence[];
}

interface Sending {
  readonly sentAt: number;
  readonly abort: AbortController;
  readonly done: Promise<boolean>;
}

/**
 * Sends numbered reports, one at a time. A batch keeps its number and its evidence until it is
 * acknowledged, so an answer that got lost counts nothing twice; what it says of the present moment
 * (revisions, draining) is always fresh.
 */
export class Reporter {
  readonly #transport: Transport;
  readonly #timing: Timing;
  readonly #sources: ReporterSources;
  readonly #listener: ReporterListener;
  #seq = 0;
  #batch: Batch | null = null;
  #sending: Sending | null = null;
  #again = false;

  constructor(
    transport: Transport,
    timing: Timing,
    sources: ReporterSources,
    listener: ReporterListener,
  ) {
    this.#transport = transport;
    this.#timing = timing;
    this.#sources = sources;
    this.#listener = listener;
  }

  /** Reports every `heartbeatMs`; a report that is still on its way is not overtaken. */
  start(heartbeatMs: number): Cancel {
    return this.#timing.every(heartbeatMs, () => {
      this.#sources.collect();
      if (this.#sending === null) void this.#send();
    });
  }

  /** Reports now, or as soon as the report that is on its way was answered. */
  now(): void {
    if (this.#sending === null) void this.#send();
    else this.#again = true;
  }

  /**
   * True when a report that was sent at `since` (monotonic) or later is answered within `limitMs`.
   * One that hangs since before a freeze goes out again under the same number. Never rejects.
   */
  async confirm(since: number, limitMs: number): Promise<boolean> {
    if (this.#sending !== null && this.#sending.sentAt < since) {
      const { abort, done } = this.#sending;
      abort.abort();
      await done;
    }
    const done = this.#sending?.done ?? this.#send();
    return (await within(this.#timing, limitMs, done)) === true;
  }

  /** Sends what is left and says that this instance leaves. Gives up after `limitMs`. */
  async leave(limitMs: number): Promise<void> {
    this.#again = false;
    this.#sources.collect();
    await within(this.#timing, limitMs, this.#flush());
    this.#sending?.abort.abort();
  }

  async #flush(): Promise<void> {
    for (;;) {
      while (this.#sending !== null) await this.#sending.done;
      if (this.#batch === null && this.#sources.queue.isEmpty) break;
      const answered = await this.#send();
      if (!answered && this.#batch !== null) return;
    }
    await this.#send(true);
  }

  #send(leaving = false): Promise<boolean> {
    this.#batch ??= { seq: this.#nextSeq(), evidence: this.#sources.queue.take() };
    const report = { ...this.#sources.state(), ...this.#batch, leaving };
    const abort = new AbortController();
    const sentAt = this.#timing.monotonicMs();
    const done = this.#exchange(report, sentAt, abort).catch(() => false);
    this.#sending = { sentAt, abort, done };
    return done;
  }

  async #exchange(
    report: InstanceReport,
    sentAt: number,
    abort: AbortController,
  ): Promise<boolean> {
    const reply = await this.#post(report, abort);
    this.#sending = null;
    if (reply === null) return this.#after(false);
    if (reply.status >= 200 && reply.status < 300) {
      this.#batch = null;
      this.#listener.answered(report, sentAt, reply.body);
      return this.#after(true);
    }
    const dropped = hopeless.includes(reply.status);
    if (dropped) this.#batch = null;
    this.#listener.refused(reply.status, dropped);
    return this.#after(false);
  }

  async #post(report: InstanceReport, abort: AbortController): Promise<Reply | null> {
    const cancel = this.#timing.after(reportLimitMs, () => abort.abort());
    try {
      return await this.#transport.report(report, abort.signal);
    } catch {
      return null;
    } finally {
      cancel();
    }
  }

  /** Goes on at once while answers come; after a failure the next heartbeat tries again. */
  #after(answered: boolean): boolean {
    const more = this.#again || !this.#sources.queue.isEmpty;
    this.#again = false;
    if (answered && more && this.#sending === null) void this.#send();
    return answered;
  }

  #nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }
}
