import { z } from 'zod';

import { isMapping } from '../../kinds/exactly-one.ts';
import { anyBoolean, anyNumber, anyText, numberOrText } from '../scalars.ts';

const effectSize = z.looseObject({
  measure: anyText.optional(),
  allowedIncrease: anyNumber.default(1),
  allowedDecrease: anyNumber.default(1),
  criticalIncrease: anyNumber.default(1),
  criticalDecrease: anyNumber.default(1),
});

const analysis = z.looseObject({
  direction: z
    .enum(['increase', 'decrease', 'either'], {
      error: 'expected `increase`, `decrease` or `either`',
    })
    .optional(),
  critical: anyBoolean.nullish(),
  muted: anyBoolean.nullish(),
  mustHaveData: anyBoolean.nullish(),
  nanStrategy: anyText.optional(),
  effectSize: effectSize.nullish(),
});

const metric = z.looseObject({
  name: anyText,
  query: z.looseObject({
    type: anyText.optional(),
    metricName: anyText.nullish(),
    labelBindings: z.array(anyText).nullish(),
    groupByFields: z.array(anyText).nullish(),
    customFilter: anyText.nullish(),
    customInlineTemplate: anyText.nullish(),
    customFilterTemplate: anyText.nullish(),
  }),
  groups: z.array(anyText).nullish(),
  analysisConfigurations: z.looseObject({ canary: analysis.optional() }).nullish(),
});

const thresholds = z.looseObject({ pass: numberOrText, marginal: numberOrText });

/** A canary config, as it is stored or as it is part of a request. */
export const canaryConfigSchema = z.looseObject({
  name: anyText.optional(),
  metrics: z.array(metric),
  templates: z.record(z.string(), anyText).nullish(),
  classifier: z
    .looseObject({
      groupWeights: z.record(z.string(), anyNumber).nullish(),
      scoreThresholds: thresholds.nullish(),
    })
    .nullish(),
});

/** What a request says beside its config. */
export const executionRequestSchema = z.looseObject({
  thresholds: thresholds.optional(),
  lifetimeDurationMins: numberOrText.optional(),
  analysisIntervalMins: numberOrText.optional(),
  lookbackMins: numberOrText.optional(),
});

export type CanaryConfig = z.output<typeof canaryConfigSchema>;
export type KayentaMetric = z.output<typeof metric>;
export type ExecutionRequest = z.output<typeof executionRequestSchema>;

/** A stored config has no kind; it is told by its metrics beside a judge, a classifier or a query. */
export function isCanaryConfig(value: unknown): boolean {
  if (!isMapping(value) || 'kind' in value || !Array.isArray(value['metrics'])) return false;
  if ('classifier' in value || 'judge' in value) return true;
  return value['metrics'].some((item) => isMapping(item) && 'analysisConfigurations' in item);
}
