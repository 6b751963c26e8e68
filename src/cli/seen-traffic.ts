import { CrossfadeError } from '../core/errors.ts';
import { ApiClient } from './api-client.ts';
import type { TrafficOptions } from './commands/traffic-options.ts';
import { connectionOf } from './connection.ts';
import type { Terminal } from './terminal.ts';

/**
 * What a rollout's judge has seen of the old side before the first exposure, as if it had been typed. Throws
 * `invalidInput` where it has seen too little, and what the server answers.
 */
export async function seenTraffic(name: string, { env }: Terminal): Promise<TrafficOptions> {
  const { forecast } = await new ApiClient(connectionOf(env)).forecast(name);
  if (forecast === null) {
    const message = `too little is known of the traffic of ${name}: a minute of two units is needed; give --rate and --units`;
    throw new CrossfadeError('invalidInput', message);
  }
  const { requestsPerSecond, units, zipf, oldErrors, p50Ms, p99Ms } = forecast.traffic;
  return {
    rate: typed(requestsPerSecond),
    units: String(units),
    zipf: typed(zipf),
    errors: typed(oldErrors),
    p50: typed(p50Ms),
    p99: typed(p99Ms),
  };
}

function typed(value: number): string {
  return value.toFixed(6);
}
