import type { FailAction } from '../../../core/policy/guard.ts';
import type { CanaryConfig, ExecutionRequest, KayentaMetric } from './schema.ts';

/** The scores from which a run passes, and at or below which it ends. */
export interface Thresholds {
  readonly pass: number;
  readonly marginal: number;
}

export function thresholdsOf(
  config: CanaryConfig,
  request: ExecutionRequest | null,
): Thresholds | null {
  return request?.thresholds ?? config.classifier?.scoreThresholds ?? null;
}

/**
 * What the score of a run is, 0 to 100, when this metric alone fails: 100 less its part of the weight
 * of its groups. Groups without a weight share what the others leave.
 */
export function scoreWithout(metric: KayentaMetric, config: CanaryConfig): number {
  const scored = config.metrics.filter(({ analysisConfigurations }) => {
    return analysisConfigurations?.canary?.muted !== true;
  });
  const groups = new Set(scored.flatMap(groupsOf));
  const given = config.classifier?.groupWeights ?? {};
  const weightOf = (group: string): number | null =>
    Object.hasOwn(given, group) ? (given[group] ?? null) : null;
  const sum = [...groups].reduce((total, group) => total + (weightOf(group) ?? 0), 0);
  const open = [...groups].filter((group) => weightOf(group) === null).length;
  const lost = groupsOf(metric).reduce((total, group) => {
    const members = scored.filter((other) => groupsOf(other).includes(group)).length;
    const weight = weightOf(group) ?? Math.max(0, 100 - sum) / Math.max(1, open);
    return total + weight / Math.max(1, members);
  }, 0);
  return Math.round((100 - lost) * 100) / 100;
}

/** A run of that score does not pass, or it passes all the same. Nobody is rolled back by a score. */
export function actionOf(score: number, { pass }: Thresholds): FailAction {
  return score < pass ? 'hold' : 'notify';
}

function groupsOf({ groups }: KayentaMetric): readonly string[] {
  return [...new Set(groups ?? [])];
}
