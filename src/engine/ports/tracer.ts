/** What a span says; names as in OpenTelemetry: a namespace, then words with dots between. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export interface SpanStart {
  /** One of few. */
  readonly name: string;
  readonly attributes: Attributes;
  /** Places in other traces that this one follows from, as W3C's traceparent; null is no place. */
  readonly follows?: readonly (string | null)[];
}

/** A piece of work that is being traced. */
export interface Span {
  /** Its place, as W3C's traceparent; null where nobody traces. */
  readonly traceparent: string | null;
  /** What was not known when it began. */
  tell(attributes: Attributes): void;
}

/** Records how work hangs together. A span that begins while another is under way is a part of it. */
export abstract class Tracer {
  /** Does the work in a span of its own. What it throws is recorded, and thrown on. */
  abstract trace<Result>(start: SpanStart, act: (span: Span) => Promise<Result>): Promise<Result>;

  /** Sends what is not sent yet. */
  abstract close(): Promise<void>;
}

const noSpan: Span = { traceparent: null, tell: () => {} };

/** Traces nothing. */
export class NoTracer extends Tracer {
  override trace<Result>(_start: SpanStart, act: (span: Span) => Promise<Result>): Promise<Result> {
    return act(noSpan);
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
