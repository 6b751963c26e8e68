import { z } from 'zod';

import { goDuration } from '../go-duration.ts';
import { anyNumber, anyText, intOrText } from '../scalars.ts';

const metric = z.looseObject({
  name: anyText,
  interval: goDuration.optional(),
  thresholdRange: z.looseObject({ min: anyNumber.nullish(), max: anyNumber.nullish() }).optional(),
  threshold: anyNumber.optional(),
  query: anyText.optional(),
  templateRef: z.looseObject({ name: anyText, namespace: anyText.optional() }).optional(),
  templateVariables: z.record(z.string(), anyText).optional(),
});

const analysis = z.looseObject({
  interval: goDuration.optional(),
  threshold: intOrText.optional(),
  metrics: z.array(metric).nullish(),
  webhooks: z.array(z.looseObject({ name: anyText.optional() })).nullish(),
});

const named = z.looseObject({ name: anyText });

/** A Canary of Flagger's, as far as its analysis goes. */
export const canarySchema = z.looseObject({
  metadata: z.looseObject({ name: anyText, namespace: anyText.optional() }),
  spec: z.looseObject({
    targetRef: named,
    service: z.looseObject({ name: anyText.optional() }).optional(),
    ingressRef: named.optional(),
    metricsServer: anyText.optional(),
    analysis: analysis.optional(),
    // The name that it had before v1.0.
    canaryAnalysis: analysis.optional(),
  }),
});

export const metricTemplateSchema = z.looseObject({
  metadata: z.looseObject({ name: anyText, namespace: anyText.optional() }),
  spec: z.looseObject({
    provider: z.looseObject({ type: anyText, address: anyText.optional() }),
    query: anyText,
  }),
});

export type Canary = z.output<typeof canarySchema>;
export type CheckedMetric = z.output<typeof metric>;
export type MetricTemplate = z.output<typeof metricTemplateSchema>;
