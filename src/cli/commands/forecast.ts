import { CrossfadeError } from '../../core/errors.ts';
import { forecast } from '../../core/judge/forecast/forecast.ts';
import {
  type ForecastTraffic,
  usualTraffic,
  zipfOf,
} from '../../core/judge/forecast/population.ts';
import { exitStatus } from '../exit-status.ts';
import { checkOffline } from '../check-offline.ts';
import type { Terminal } from '../terminal.ts';
import { forecastText } from '../views/forecast-text.ts';

/** Traffic as it is typed; what is left out is assumed. */
export interface ForecastOptions {
  readonly file: readonly string[];
  readonly rate: string;
  readonly units: string;
  readonly errors?: string;
  readonly zipf?: string;
  readonly largest?: string;
  readonly reads?: string;
  readonly comparisons?: string;
  readonly p50?: string;
  readonly p99?: string;
  readonly output: 'table' | 'json';
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
  if (options.output === 'json') terminal.out(`${JSON.stringify({ forecasts: told }, null, 2)}\n`);
  else terminal.out(told.map(forecastText).join('\n'));
  return exitStatus.ok;
}

function trafficOf(options: ForecastOptions): ForecastTraffic {
  const units = Math.round(number('--units', options.units, [2, 100_000]));
  const some = (name: string, text: string | undefined, usual: number, most: number): number =>
    text === undefined ? usual : number(name, text, [0, most]);
  const zipf =
    options.largest === undefined
      ? some('--zipf', options.zipf, usualTraffic.zipf, 10)
      : zipfOf(units, number('--largest', options.largest, [0, 1]));
  const { comparisons } = options;
  return {
    requestsPerSecond: number('--rate', options.rate, [1e-3, 1e7]),
    units,
    zipf,
    oldErrors: some('--errors', options.errors, usualTraffic.oldErrors, 0.5),
    reads: some('--reads', options.reads, usualTraffic.reads, 1),
    comparisonsPerSecond:
      comparisons === undefined ? null : number('--comparisons', comparisons, [0, 1e7]),
    p50Ms: some('--p50', options.p50, usualTraffic.p50Ms, 1e6),
    p99Ms: some('--p99', options.p99, usualTraffic.p99Ms, 1e6),
  };
}

/** `300`, `0.1%`, `40ms`. */
function number(name: string, text: string, [least, most]: readonly [number, number]): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)(%|ms)?$/.exec(text) ?? [];
  const value = digits === '' ? Number.NaN : Number(digits) / (unit === '%' ? 100 : 1);
  if (value >= least && value <= most) return value;
  const range = `${least} to ${most}`;
  throw new CrossfadeError('invalidInput', `${name} is \`${text}\`; expected a number, ${range}`);
}
