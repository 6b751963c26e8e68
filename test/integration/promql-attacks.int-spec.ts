import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import { type MetricQuery, metricQueriesOf } from '../../src/core/metrics/metric-query.ts';
import { seriesNamed } from '../../src/core/metrics/own-series.ts';
import { expandRollout } from '../../src/core/metrics/placeholders.ts';
import { readValue } from '../../src/core/metrics/read-value.ts';
import { askTogether } from '../../src/engine/ask-together.ts';
import { attacksByQuery, attacksByValue } from '../support/attacks/by-promql.ts';
import { historyEnd as end } from '../support/plain-history.ts';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.ts';

let server: PrometheusServer;
let provider: PrometheusProvider;

const now = end * 1000;

/** Ten samples of two rollouts: `users` comes to 270, `victim` to 540. */
const history = [
  '# TYPE requests counter',
  ...['users', 'victim'].flatMap((name, at) =>
    Array.from(
      { length: 10 },
      (_, n) => `requests_total{migration="${name}"} ${n * 30 * (at + 1)} ${end - 135 + n * 15}`,
    ),
  ),
].join('\n');

beforeAll(async () => {
  server = await startPrometheus({ history });
  provider = new PrometheusProvider({ url: server.url });
});

afterAll(() => server?.stop());

function queryOf(name: string, expr: string): MetricQuery {
  const guard = {
    name: 'slo',
    threshold: 'metric',
    provider: 'main',
    expr,
    min: 1,
    max: null,
    intervalMs: 15_000,
    windowMs: 60_000,
    failAfter: { failures: 1, of: 1 },
  } as const;
  const query = metricQueriesOf({ name, project: 'shop', guards: [guard] }).get('slo');
  if (query === undefined) throw new Error('unreachable');
  return query;
}

describe('a name in PromQL', () => {
  it.each(attacksByValue)('$attack: $refusedBy', async ({ own }) => {
    const selector = expandRollout('requests_total{$rollout}', own);
    const nothing = { kind: 'series', series: [] };
    expect(await provider.samples(selector, 40_000, now)).toMatchObject(nothing);
    expect(await provider.value(`sum(${selector})`, now)).toMatchObject(nothing);
    expect(await provider.values(selector, own.label, now)).toMatchObject(nothing);
  });
});

describe('an expression of a policy', () => {
  it.each(attacksByQuery)('$attack: $refusedBy', async ({ expr, reads }) => {
    const { question, shared } = queryOf('users', expr);
    expect(shared).toBeNull();
    if (question.kind !== 'value') throw new Error('unreachable');
    expect(readValue(await provider.value(question.expr, now))).toMatchObject(reads);
  });

  it('that ends with a comment hides nothing that is put behind it: each reads its own', async () => {
    const { shared } = queryOf('users', 'sum(requests_total{$rollout}) # ) or (');
    if (shared === null) throw new Error('it was to be asked together');
    const owners = [seriesNamed('users'), seriesNamed('victim')];
    const window = { from: now - 60_000, at: now, intervalMs: 15_000 };
    const { readings } = await askTogether(provider, {
      question: shared.question,
      owners,
      ...window,
    });
    expect(readings).toMatchObject([{ value: 270 }, { value: 540 }]);
  });
});
