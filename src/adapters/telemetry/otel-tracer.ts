import {
  type Attributes as OtelAttributes,
  type Link,
  type Span as OtelSpan,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { type Attributes, type Span, type SpanStart, Tracer } from '../../engine/ports/tracer.ts';

/** A shutdown waits so long for spans that are not sent yet. Milliseconds. */
const closeWithinMs = 2_000;

/**
 * Spans sent by OTLP. Where to, how and how many is for OpenTelemetry's own variables to say, which its SDK
 * reads by itself (OpenTelemetry specification, SDK environment variables).
 */
export class OtelTracer extends Tracer {
  readonly #sdk: NodeSDK;
  readonly #tracer;

  /** @param version of the server, told with every span */
  constructor(serviceName: string, version: string) {
    super();
    this.#sdk = new NodeSDK({
      serviceName,
      // Prometheus asks for metrics, and logs go to the standard output.
      metricReaders: [],
      logRecordProcessors: [],
    });
    this.#sdk.start();
    this.#tracer = trace.getTracer('crossfade', version);
  }

  override trace<Result>(
    { name, attributes, follows = [] }: SpanStart,
    act: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    const options = { attributes: present(attributes), links: follows.flatMap(linkTo) };
    return this.#tracer.startActiveSpan(name, options, async (span) => {
      try {
        return await act(asSpan(span));
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        span.recordException(error instanceof Error ? error : words);
        span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER');
        span.setStatus({ code: SpanStatusCode.ERROR, message: words });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  override async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeWithinMs);
    });
    // Whoever cannot be told at the end is not worth a failed shutdown.
    await Promise.race([this.#sdk.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

function asSpan(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, '0');
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    tell: (attributes) => void span.setAttributes(present(attributes)),
  };
}

function present(attributes: Attributes): OtelAttributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

/** What is no traceparent leads nowhere. */
function linkTo(traceparent: string | null): readonly Link[] {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  if (parts === null) return [];
  const [, traceId = '', spanId = '', flags = ''] = parts;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return [{ context: { traceId, spanId, traceFlags, isRemote: true } }];
}
