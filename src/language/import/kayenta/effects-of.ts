import type { KayentaMetric } from './schema.ts';

/** How many times the old side's mean the new side's may be: at most for `high`, at least for `low`. */
export interface Effect {
  readonly side: 'high' | 'low';
  readonly factor: number;
  /** Beyond it the metric alone fails the run. */
  readonly isCritical: boolean;
}

const none = {
  measure: undefined,
  allowedIncrease: 1,
  allowedDecrease: 1,
  criticalIncrease: 1,
  criticalDecrease: 1,
} as const;

/**
 * The effects from which a metric fails, and from which it fails the whole run: there it must pass
 * both limits. An effect of 1 is Kayenta's way of saying that none is asked for, and is left out.
 */
export function effectsOf(metric: KayentaMetric): readonly Effect[] {
  const { direction = 'either', ...analysis } = metric.analysisConfigurations?.canary ?? {};
  const size = analysis.effectSize ?? none;
  const mayBeCritical = analysis.critical === true && analysis.muted !== true;
  const limits = (side: Effect['side'], allowed: number, critical: number): readonly Effect[] => {
    const gravest = side === 'high' ? Math.max(allowed, critical) : Math.min(allowed, critical);
    if (mayBeCritical && gravest === allowed) return [{ side, factor: allowed, isCritical: true }];
    const one = { side, factor: allowed, isCritical: false };
    return mayBeCritical ? [one, { side, factor: gravest, isCritical: true }] : [one];
  };
  return [
    ...(direction === 'decrease'
      ? []
      : limits('high', size.allowedIncrease, size.criticalIncrease).filter((e) => e.factor > 1)),
    ...(direction === 'increase'
      ? []
      : limits('low', size.allowedDecrease, size.criticalDecrease).filter((e) => e.factor < 1)),
  ];
}
