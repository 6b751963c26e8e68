import { defaults } from '../../core/policy/defaults.ts';
import type { HistogramSource, QueriedSource, ReceivedSource } from '../../core/policy/guard.ts';
import { type MetricPreset, metricPresets } from '../../core/policy/metric-presets.ts';
import type { GuardInput } from '../kinds/guard.ts';

type Full = Exclude<GuardInput, string>;
type Source<Compare> = NonNullable<
  Extract<Extract<Full, { compare: Compare }>, { source?: unknown }>['source']
>;
type PresetInput = Extract<Source<'errors'>, { preset: unknown }>;

/** Where the counts of a comparison of errors come from. */
export function errorsSource(input: Source<'errors'>): QueriedSource | ReceivedSource {
  if ('otlp' in input) return receivedSource(input);
  if ('preset' in input) {
    const { bad, total } = presetOf(input);
    return { provider: input.prometheus, bad, total, ...presetCommon(input) };
  }
  const { prometheus: provider, bad, total } = input;
  return { provider, bad, total, ...commonOf(input) };
}

/** Where the durations of a comparison of latency come from. */
export function latencySource(input: Source<'latency'>): HistogramSource | ReceivedSource {
  if ('otlp' in input) return receivedSource(input);
  if ('preset' in input) {
    const { durations: histogram, unit } = presetOf(input);
    return { provider: input.prometheus, histogram, unit, ...presetCommon(input) };
  }
  const { prometheus: provider, histogram, unit = 's' } = input;
  return { provider, histogram, unit, ...commonOf(input) };
}

/** What is wrong about a preset; null when nothing is. */
export function presetFault(input: Source<'errors'> | Source<'latency'>): string | null {
  if (!('preset' in input) || input.cohorts !== undefined || presetOf(input).isOwn) return null;
  const { label } = presetOf(input);
  return `preset \`${input.preset}\` tells cohorts apart by deployments; write \`cohorts\` with the values that \`${label}\` has for them`;
}

function presetOf({ preset }: PresetInput): MetricPreset {
  return metricPresets[preset];
}

function presetCommon(input: PresetInput) {
  const { cohorts } = input;
  if (cohorts === undefined) return commonOf({ interval: input.interval });
  const { label = presetOf(input).label, canary, baseline } = cohorts;
  return commonOf({ interval: input.interval, cohorts: { label, canary, baseline } });
}

type Cohorts = NonNullable<QueriedSource['cohorts']>;

function commonOf({
  interval,
  cohorts,
}: {
  readonly interval?: number | undefined;
  readonly cohorts?: Cohorts | undefined;
}): Pick<QueriedSource, 'intervalMs' | 'cohorts'> {
  const intervalMs = interval ?? defaults.metricIntervalMs;
  return cohorts === undefined ? { intervalMs } : { intervalMs, cohorts };
}

function receivedSource({ interval }: { readonly interval?: number | undefined }): ReceivedSource {
  return { otlp: 'migration', intervalMs: interval ?? defaults.metricIntervalMs };
}
