import type * as OpenTelemetry from '@opentelemetry/api';
import type { EventLogger } from './flag-events.ts';
import type { Meter } from './telemetry.ts';

const name = '@crossfade/sdk';

type Api = typeof OpenTelemetry;

/**
 * The meter of the application's OpenTelemetry: null while the application has registered none, and
 * for ever where it does not have the API at all.
 */
export function openTelemetryMeter(): () => Meter | null {
  return fromOpenTelemetry(({ metrics, createNoopMeter }) => {
    const meter = metrics.getMeter(name);
    // What the API hands out before anybody registered is deaf for good: it is asked again.
    return meter === createNoopMeter() ? null : meter;
  });
}

/** The same for its logger, which an API before 1.10 does not have. */
export function openTelemetryLogger(): () => EventLogger | null {
  return fromOpenTelemetry((api: Partial<Api>) => api.logs?.getLogger(name) ?? null);
}

function fromOpenTelemetry<T>(part: (api: Api) => T | null): () => T | null {
  let find = (): T | null => null;
  import('@opentelemetry/api').then(
    (api) => {
      find = () => part(api);
    },
    () => {},
  );
  return () => find();
}
