import type { InstanceReport } from '../core/protocol/report.ts';
import type { Cancel } from './timing.ts';

/** An answer of any status; `body` is empty unless the status is 200. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Hears what happens on an open stream. After `ended` nothing else is heard. */
export interface StreamListener {
  opened(): void;
  routes(data: string): void;
  /** `status` is the refusal's HTTP status, or null when the connection broke. */
  ended(status: number | null): void;
}

/** How the SDK reaches Crossfade. */
export interface Transport {
  /** Sends a report. Rejects when Crossfade is out of reach or `signal` aborts. */
  report(report: InstanceReport, signal: AbortSignal): Promise<Reply>;
  /** Opens the stream of routes; the returned function closes it without a further call. */
  stream(migrations: readonly string[], listener: StreamListener): Cancel;
  close(): void;
}
