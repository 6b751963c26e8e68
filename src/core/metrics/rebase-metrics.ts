import { isMetricGuard, isSourcedGuard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import type { MetricMemory } from './judge-metrics.ts';
import { freshSource } from './source-judge.ts';

/**
 * What is remembered of metric guards, for those of another revision. One that is not kept begins at `now`, epoch
 * milliseconds: what was observed before has been judged, and whoever changed it may have seen it.
 */
export function rebaseMetrics(
  memory: MetricMemory,
  { guards }: Pick<Policy, 'guards'>,
  isKept: (guard: string) => boolean,
  now: number,
): MetricMemory {
  const names = new Set(guards.map(({ name }) => name).filter(isKept));
  const fresh = guards.filter(({ name }) => !names.has(name));
  return {
    thresholds: only(memory.thresholds, names),
    sources: {
      ...only(memory.sources, names),
      ...Object.fromEntries(
        fresh
          .filter(isSourcedGuard)
          .map(({ name }) => [name, { ...freshSource, countedUntil: now }] as const),
      ),
    },
    seenAt: {
      ...only(memory.seenAt, names),
      ...Object.fromEntries(
        fresh
          .filter((guard) => isMetricGuard(guard) || isSourcedGuard(guard))
          .map(({ name }) => [name, now] as const),
      ),
    },
  };
}

/** The entries of these names. */
export function only<T>(
  record: Readonly<Record<string, T>>,
  names: ReadonlySet<string>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));
}
