import type { MetricFault } from '../../core/metrics/metric-answer.ts';
import { NoTracer, type Span, type SpanStart } from './tracer.ts';

/** What happened, for logs and metrics. Never holds a secret. Durations are in milliseconds. */
export type EngineEvent =
  | {
      readonly kind: 'decision';
      readonly rollout: string;
      readonly policy: string;
      readonly action: string;
      readonly from: string;
      readonly to: string;
      readonly step: string;
      readonly reason: string;
      readonly by: string;
    }
  | {
      readonly kind: 'tick';
      readonly rollout: string;
      /** From claim to commit. */
      readonly ms: number;
      readonly claimMs: number;
      /** How long it had been due when it was claimed. */
      readonly lateMs: number;
    }
  | { readonly kind: 'fenceLost'; readonly rollout: string }
  | {
      readonly kind: 'effect';
      readonly rollout: string;
      readonly key: string;
      readonly error: string | null;
      /** It is not tried again. */
      readonly isGivenUp: boolean;
    }
  | {
      readonly kind: 'rollbackArrived';
      readonly rollout: string;
      /** Since the decision. */
      readonly ms: number;
      /** Since the evidence that it was decided on; null where no guard was the cause. */
      readonly sinceHarmMs: number | null;
      /** The trace of the tick that saw it arrive; null where nobody traces. */
      readonly traceId: string | null;
    }
  | {
      readonly kind: 'asked';
      readonly provider: string;
      readonly ms: number;
      /** Null when it answered. */
      readonly fault: MetricFault | null;
    }
  /** The state database announced a change. */
  | { readonly kind: 'notified' }
  | {
      readonly kind: 'alerts';
      readonly taken: number;
      readonly refused: number;
      /** Policies that a firing one concerns. */
      readonly concerns: readonly string[];
    }
  | { readonly kind: 'fault'; readonly where: string; readonly error: string };

/** A piece of periodic work: which part of the engine does it, and for which system. */
export interface Work {
  readonly part: string;
  /** A target, a provider; null where there is nothing to tell apart. */
  readonly lane: string | null;
}

const untraced = new NoTracer();

export abstract class EventLog {
  abstract write(event: EngineEvent): void;

  /** Does the work; who keeps times sees how long it takes, and whether it throws. */
  during<Result>(_work: Work, act: () => Promise<Result>): Promise<Result> {
    return act();
  }

  /** Does the work in a span of its own, which a log that traces sends on. */
  trace<Result>(start: SpanStart, act: (span: Span) => Promise<Result>): Promise<Result> {
    return untraced.trace(start, act);
  }
}
