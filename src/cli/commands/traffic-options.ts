import { CrossfadeError } from '../../core/errors.ts';
import {
  type ForecastTraffic,
  usualTraffic,
  zipfOf,
} from '../../core/judge/forecast/population.ts';

/** Traffic as it is typed; what is left out is assumed. */
export interface TrafficOptions {
  readonly rate: string;
  readonly units: string;
  readonly errors?: string;
  readonly zipf?: string;
  readonly largest?: string;
  readonly reads?: string;
  readonly comparisons?: string;
  readonly p50?: string;
  readonly p99?: string;
}

/** What is typed about a service's traffic. Throws `invalidInput`, naming the option. */
export function trafficOf(options: TrafficOptions): ForecastTraffic {
  const units = Math.round(numberOf('--units', options.units, [2, 100_000]));
  const some = (name: string, text: string | undefined, usual: number, most: number): number =>
    text === undefined ? usual : numberOf(name, text, [0, most]);
  const zipf =
    options.largest === undefined
      ? some('--zipf', options.zipf, usualTraffic.zipf, 10)
      : zipfOf(units, numberOf('--largest', options.largest, [0, 1]));
  const { comparisons } = options;
  return {
    requestsPerSecond: numberOf('--rate', options.rate, [1e-3, 1e7]),
    units,
    zipf,
    oldErrors: some('--errors', options.errors, usualTraffic.oldErrors, 0.5),
    reads: some('--reads', options.reads, usualTraffic.reads, 1),
    comparisonsPerSecond:
      comparisons === undefined ? null : numberOf('--comparisons', comparisons, [0, 1e7]),
    p50Ms: some('--p50', options.p50, usualTraffic.p50Ms, 1e6),
    p99Ms: some('--p99', options.p99, usualTraffic.p99Ms, 1e6),
  };
}

/** `300`, `0.1%`, `40ms`. Throws `invalidInput` for anything else, and outside the range. */
export function numberOf(
  name: string,
  text: string,
  [least, most]: readonly [number, number],
): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)(%|ms)?$/.exec(text) ?? [];
  const value = digits === '' ? Number.NaN : Number(digits) / (unit === '%' ? 100 : 1);
  if (value >= least && value <= most) return value;
  const range = `${least} to ${most}`;
  throw new CrossfadeError('invalidInput', `${name} is \`${text}\`; expected a number, ${range}`);
}
