import { CrossfadeError } from '../../core/errors.ts';
import { forecast } from '../../core/judge/forecast/forecast.ts';
import { exitStatus } from '../exit-status.ts';
import { checkOffline } from '../check-offline.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { forecastText } from '../views/forecast-text.ts';
import { type TrafficOptions, trafficOf } from './traffic-options.ts';

export interface ForecastOptions extends TrafficOptions {
  readonly file: readonly string[];
  readonly output: OutputForm;
}

/** Says before the start what the policies of some files can prove at some traffic, and how soon. */
export async function forecastPolicies(
  options: ForecastOptions,
  terminal: Terminal,
): Promise<number> {
  const traffic = trafficOf(options);
  const checked = await checkOffline(options.file, terminal);
  if (checked === null) return exitStatus.invalid;
  if (checked.policies.length === 0) {
    throw new CrossfadeError(
      'invalidInput',
      'the files hold no RolloutPolicy that could be forecast',
    );
  }
  const told = checked.policies.map((policy) => {
    return { policy: policy.name, ...forecast(policy, traffic) };
  });
  const shown = {
    data: { forecasts: told },
    table: () => told.map(forecastText).join('\n'),
    names: () => told.map(({ policy }) => `rolloutpolicy/${policy}`),
  };
  show(options.output, shown, terminal);
  return exitStatus.ok;
}
