import type { CanaryContext } from './canary-context.ts';
import type { CheckedMetric } from './schema.ts';

const comparisons = {
  'request-success-rate': { compare: 'errors', unit: ' %', bound: 'at least' },
  'request-duration': { compare: 'latency', unit: ' ms', bound: 'p99 at most' },
} as const;

type BuiltIn = (typeof comparisons)[keyof typeof comparisons];

/** The comparison that takes the place of a metric which Flagger queries itself; null for others. */
export function builtIn(name: string): BuiltIn | null {
  return Object.hasOwn(comparisons, name) ? comparisons[name as keyof typeof comparisons] : null;
}

/**
 * Flagger asks the mesh about the canary's pods. Crossfade's canary is a cohort of units, of which
 * the mesh knows nothing, so the comparison by the SDK's own counts is proposed.
 */
export function importBuiltIn(metric: CheckedMetric, { path, draft }: CanaryContext): void {
  const found = builtIn(metric.name);
  if (found === null) return;
  const { compare, unit, bound } = found;
  const { min, max } = metric.thresholdRange ?? {};
  const limit = (compare === 'errors' ? min : max) ?? metric.threshold;
  const level = limit === undefined ? 'a level' : `a level, ${bound} ${limit}${unit}`;
  const words = `a proposal for \`${metric.name}\`: there ${level}; here the new side is compared with the old, by \`tolerate\``;
  draft.compare(compare, [draft.fault(path, words)]);
  draft.leave(
    path,
    `\`${metric.name}\`: the limit${limit === undefined ? '' : ` of ${limit}${unit}`}, since the mesh does not know cohorts; \`compare: ${compare}\` is proposed, and a \`threshold\` with a query of your own keeps a level`,
  );
}
