import * as z from 'zod';
import { CrossfadeError } from '../../core/errors.ts';

/** Prometheus' answer to a range query, as far as it is read: HTTP API v1, `/api/v1/query_range`. */
const answerSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) })
    .optional(),
});

/**
 * Values of the one series of a range query by epoch second; what is no number is left out, and a
 * counter that never counted has no series. Throws `invalidInput` for a query that is refused or has
 * several series, `unavailable` for an answer that is none.
 */
export function parsePrometheusRange(query: string, answer: unknown): ReadonlyMap<number, number> {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new CrossfadeError('unavailable', 'that is no answer of Prometheus');
  const { status, error, data } = parsed.data;
  if (status !== 'success') {
    throw new CrossfadeError('invalidInput', `Prometheus refuses \`${query}\`: ${error ?? status}`);
  }
  const series = data?.result ?? [];
  if (series.length > 1) {
    const found = `\`${query}\` has ${series.length} series`;
    throw new CrossfadeError('invalidInput', `${found}; expected one: put sum(…) around it`);
  }
  const values = (series[0]?.values ?? []).map(([at, text]) => [at, Number(text)] as const);
  return new Map(values.filter(([, value]) => Number.isFinite(value)));
}
