import { isOwnSelector } from '../metrics/keep-label.ts';
import { placeholderFaults } from '../metrics/placeholders.ts';
import { fault, type Finding } from './finding.ts';
import {
  baselineGuard,
  type Guard,
  type HistogramSource,
  isMetricGuard,
  isSourcedGuard,
  type QueriedSource,
} from './guard.ts';
import type { Policy } from './policy.ts';

/** What cannot work about guards. */
export function checkGuards({ guards }: Policy): Finding[] {
  return guards.flatMap((guard, index) => {
    const at = ['guards', index];
    // Guard names tell measurements apart, so each is given once.
    const isTwice = guards.findIndex(({ name }) => name === guard.name) < index;
    const message = `guard \`${guard.name}\` is defined twice; give it another \`name\``;
    const taken = `\`${baselineGuard}\` is the watch over the old side; give the guard another \`name\``;
    return [
      ...(isTwice ? [fault(at, message)] : []),
      ...(guard.name === baselineGuard ? [fault(at, taken)] : []),
      ...checkQueries(guard, at),
    ];
  });
}

function checkQueries(guard: Guard, at: Finding['path']): Finding[] {
  if (isMetricGuard(guard)) {
    const { min, max } = guard;
    const empty = min !== null && max !== null && min > max;
    const message = `no value is at least ${min} and at most ${max}`;
    return [
      ...checkQuery(guard.expr, [...at, 'threshold', 'expr']),
      ...(empty ? [fault([...at, 'threshold', 'min'], message)] : []),
    ];
  }
  if (!isSourcedGuard(guard) || 'otlp' in guard.source) return [];
  return [
    ...checkSource(guard.source, [...at, 'source']),
    ...checkCohorts(guard.source, [...at, 'source']),
  ];
}

function checkCohorts(
  { cohorts }: QueriedSource | HistogramSource,
  at: Finding['path'],
): Finding[] {
  if (cohorts === undefined || cohorts.canary !== cohorts.baseline) return [];
  const message = `\`${cohorts.canary}\` cannot serve both sides; name two deployments`;
  return [fault([...at, 'cohorts', 'canary'], message)];
}

function checkSource(source: QueriedSource | HistogramSource, at: Finding['path']): Finding[] {
  if ('histogram' in source) {
    const path = [...at, 'histogram'];
    const { histogram } = source;
    const message =
      'expected a selector of the buckets of histograms, such as `http_request_duration_seconds_bucket{$rollout}`';
    const faults = checkQuery(histogram, path);
    return faults.length > 0 || isOwnSelector(histogram) ? faults : [fault(path, message)];
  }
  const { bad, total } = source;
  return [...checkQuery(bad, [...at, 'bad']), ...checkQuery(total, [...at, 'total'])];
}

function checkQuery(text: string, path: Finding['path']): Finding[] {
  return placeholderFaults(text).map((message) => fault(path, message));
}
