import { z } from 'zod';

import { goDuration } from '../go-duration.ts';
import { anyText, intOrText } from '../scalars.ts';

/** An AnalysisTemplate or ClusterAnalysisTemplate, as far as it is read before arguments are put in. */
export const analysisTemplateSchema = z.looseObject({
  metadata: z.looseObject({ name: anyText }),
  spec: z.looseObject({
    args: z
      .array(
        z.looseObject({
          name: anyText,
          value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
        }),
      )
      .nullish(),
    metrics: z.array(z.unknown()).nullish(),
    dryRun: z.array(z.looseObject({ metricName: anyText })).nullish(),
  }),
});

/** One metric, arguments put in. */
export const metricSchema = z.looseObject({
  name: anyText,
  interval: goDuration.optional(),
  count: intOrText.optional(),
  successCondition: anyText.optional(),
  failureCondition: anyText.optional(),
  failureLimit: intOrText.optional(),
  inconclusiveLimit: intOrText.optional(),
  provider: z.looseObject(
    {
      prometheus: z.looseObject({ address: anyText.optional(), query: anyText }).optional(),
    },
    { error: 'expected a mapping with one provider' },
  ),
});

export type ArgoMetric = z.output<typeof metricSchema>;
