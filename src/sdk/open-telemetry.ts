import type { Meter } from './telemetry.ts';

const name = '@crossfade/sdk';

/**
 * The meter of the application's OpenTelemetry: null while the application has registered none, and
 * for ever where it does not have the API at all.
 */
export function openTelemetryMeter(): () => Meter | null {
  let find = (): Meter | null => null;
  import('@opentelemetry/api').then(
    ({ metrics, createNoopMeter }) => {
      find = () => {
        const meter = metrics.getMeter(name);
        // What the API hands out before anybody registered is deaf for good: it is asked again.
        return meter === createNoopMeter() ? null : meter;
      };
    },
    () => {},
  );
  return () => find();
}
