import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrometheusProvider } from '../../src/adapters/prometheus/prometheus-provider.ts';
import type { PrometheusOptions } from '../../src/adapters/prometheus/prometheus-options.ts';
import { askedProviders } from '../../src/core/doctor/asked-providers.ts';
import { readValue } from '../../src/core/metrics/read-value.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import { examineMetrics } from '../../src/engine/doctor/examine-metrics.ts';
import { historyEnd as end, plainHistory as history } from '../support/plain-history.ts';
import { startPrometheus, type PrometheusServer } from '../support/prometheus-server.ts';

let server: PrometheusServer;

beforeAll(async () => {
  server = await startPrometheus({ history: history() });
});

afterAll(async () => {
  await server.stop();
});

function provider(options: Partial<PrometheusOptions> = {}): PrometheusProvider {
  return new PrometheusProvider({ url: server.url, ...options });
}

const now = end * 1000;

describe('the value of an expression', () => {
  it('comes with the time of the newest sample behind it', async () => {
    const answer = await provider().value('success_ratio{service="users"}', now);
    const newestAt = now - 120_000;
    expect(readValue(answer)).toEqual({ kind: 'value', value: 0.998, newestAt });
  });

  it('is as old as its samples, however it is wrapped', async () => {
    const masked = 'sum(avg_over_time(success_ratio[10m])) or vector(1)';
    const newestAt = now - 120_000;
    expect(readValue(await provider().value(masked, now))).toMatchObject({
      value: expect.closeTo(0.998, 9),
      newestAt,
    });
    const rate = 'sum(rate(requests_total[1m])) / 2';
    expect(readValue(await provider().value(rate, now))).toMatchObject({ newestAt: now });
  });

  it('is of now where no series is read, also as a scalar', async () => {
    const read = async (expr: string) => readValue(await provider().value(expr, now));
    expect(await read('vector(3)')).toEqual({ kind: 'value', value: 3, newestAt: now });
    expect(await read('1 + 1')).toEqual({ kind: 'value', value: 2, newestAt: now });
  });

  it('is refused where it is no single number', async () => {
    const read = async (expr: string) => readValue(await provider().value(expr, now));
    expect(await read('absent_metric')).toMatchObject({ verdict: 'noData' });
    expect(await read('not_a_number')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/NaN/),
    });
    expect(await read('vector(1) / 0')).toMatchObject({ verdict: 'inconclusive' });
    expect(await read('requests_total')).toMatchObject({ verdict: 'providerError' });
    expect(await read('overflowed')).toMatchObject({ verdict: 'providerError' });
  });

  it('has no age once nothing answers for it, although a mask does', async () => {
    const masked = 'success_ratio or vector(1)';
    const answer = await provider().value(masked, now + 600_000);
    expect(answer).toMatchObject({ kind: 'series', newestAt: null });
    expect(readValue(answer)).toMatchObject({ verdict: 'noData' });
  });
});

describe('samples of a selector', () => {
  it('are those that were scraped, with their own times', async () => {
    const answer = await provider().samples('requests_total', 40_000, now);
    expect(answer).toMatchObject({ kind: 'series', newestAt: now });
    if (answer.kind !== 'series') return;
    expect(answer.series.map(({ labels }) => labels['instance'])).toEqual(['a', 'b']);
    expect(answer.series[0]?.samples).toEqual([
      [now - 30_000, 1140],
      [now - 15_000, 1170],
      [now, 1200],
    ]);
  });

  it('must be of a selector: Prometheus says what is wrong', async () => {
    const answer = await provider().samples('sum(requests_total)', 40_000, now);
    expect(answer).toMatchObject({ kind: 'fault', fault: 'rejected' });
    expect(answer).toHaveProperty('reason', expect.stringContaining('bad_data'));
  });
});

describe('no answer', () => {
  it('to a bad query names what Prometheus objects to', async () => {
    const answer = await provider().value('sum(', now);
    expect(answer).toMatchObject({ kind: 'fault', fault: 'rejected' });
    expect(answer).toHaveProperty(
      'reason',
      expect.stringMatching(/answered 400: bad_data: .*parse error/),
    );
  });

  it('to a query that cannot be carried out', async () => {
    const answer = await provider().value('requests_total + on() requests_total', now);
    expect(answer).toHaveProperty('reason', expect.stringMatching(/answered 422: execution: /));
  });

  it('larger than its limit is not read to the end', async () => {
    const asked = provider({ timeoutMs: 60_000 }).samples('vector(1)[2h:10ms] #', 1, now);
    expect(await asked).toMatchObject({ kind: 'fault', fault: 'tooLarge' });
  });

  it('within the deadline from a server that hangs', async () => {
    const hanging = provider({ timeoutMs: 300 });
    await server.freeze();
    const answer = await hanging.value('vector(1)', now);
    server.thaw();
    expect(answer).toMatchObject({
      kind: 'fault',
      fault: 'timeout',
      reason: 'no answer within 300 ms',
    });
    expect(await provider().value('vector(1)', now)).toMatchObject({ kind: 'series' });
  });

  it('from a port where nobody listens', async () => {
    const answer = await provider({ url: 'http://127.0.0.1:1' }).value('vector(1)', now);
    expect(answer).toMatchObject({ kind: 'fault', fault: 'unreachable' });
    expect(answer).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'));
  });

  it('from an address that no provider may have', async () => {
    const ask = (url: string, networks?: readonly string[]) =>
      provider({ url, ...(networks === undefined ? {} : { networks }) }).value('vector(1)', now);
    const metadata = await ask('http://169.254.169.254/');
    expect(metadata).toMatchObject({
      fault: 'unreachable',
      reason: expect.stringMatching(/where no provider may be/),
    });
    expect(await ask(server.url, ['10.0.0.0/8'])).toMatchObject({ fault: 'unreachable' });
    expect(await ask(server.url, ['127.0.0.0/8'])).toMatchObject({ kind: 'series' });
  });
});

describe('a server that asks who it is', () => {
  // bcrypt of "open sesame", cost 4.
  const hash = '$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy';
  let guarded: PrometheusServer;

  beforeAll(async () => {
    const web = `basic_auth_users: { crossfade: '${hash}' }`;
    guarded = await startPrometheus({ web, user: 'crossfade:open sesame' });
  });
  afterAll(async () => {
    await guarded.stop();
  });

  it('is told, or says no', async () => {
    const ask = (password: string) => {
      const credentials = { username: 'crossfade', password };
      return provider({ url: guarded.url, credentials }).value('vector(1)', now);
    };
    expect(await ask('open sesame')).toMatchObject({ kind: 'series' });
    expect(await ask('wrong')).toMatchObject({ kind: 'fault', fault: 'unauthorized' });
    expect(await provider({ url: guarded.url }).value('vector(1)', now)).toMatchObject({
      fault: 'unauthorized',
      reason: expect.stringContaining('401'),
    });
  });
});

describe('a server that could not reach a part of its data', () => {
  it('answers, and is not believed', async () => {
    const config = 'remote_read: [{ url: "http://127.0.0.1:1/read", read_recent: true }]';
    const partial = await startPrometheus({ config });
    const answer = await provider({ url: partial.url }).value('requests_total', now);
    await partial.stop();
    expect(answer).toMatchObject({ kind: 'partial' });
    expect(readValue(answer)).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('something else than Prometheus', () => {
  let other: Server;
  const seen: { path: string; headers: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    other = createServer((request, response) => {
      seen.push({ path: request.url ?? '', headers: request.headers });
      if (request.url?.startsWith('/moved') === true) {
        response.writeHead(302, { location: `${server.url}/api/v1/query` }).end();
      } else response.end('<html>hello</html>');
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => {
    other.closeAllConnections();
    other.close();
  });
  const at = (path: string): string =>
    `http://127.0.0.1:${(other.address() as AddressInfo).port}${path}`;

  it('leads nowhere: redirects are not followed', async () => {
    const answer = await provider({ url: at('/moved') }).value('vector(1)', now);
    expect(answer).toMatchObject({
      kind: 'fault',
      reason: expect.stringMatching(/302.*not followed/),
    });
  });

  it('is not taken for an answer, and is sent the tenant and the token it asked for', async () => {
    const credentials = { bearer: 'secret' };
    const headers = { 'X-Scope-OrgID': 'identity' };
    const mimir = provider({ url: at('/prometheus/'), credentials, headers });
    const answer = await mimir.value('vector(1)', now);
    expect(answer).toMatchObject({ kind: 'fault', fault: 'malformed' });
    expect(seen.at(-1)).toMatchObject({
      path: '/prometheus/api/v1/query',
      headers: { authorization: 'Bearer secret', 'x-scope-orgid': 'identity' },
    });
    const thanos = provider({ url: at('/thanos?dedup=true&partial_response=false') });
    await thanos.value('vector(1)', now);
    expect(seen.at(-1)?.path).toBe('/thanos/api/v1/query?dedup=true&partial_response=false');
  });
});

describe('the doctor', () => {
  const metric = (expr: string): Guard => ({
    name: 'slo',
    threshold: 'metric',
    provider: 'main',
    expr,
    min: 0.9,
    max: null,
    intervalMs: 15_000,
    windowMs: 60_000,
    failAfter: { failures: 3, of: 5 },
  });
  const counts = (total: string, bad: string): Guard => ({
    name: 'errors-http',
    compare: 'errors',
    tolerate: { ratio: 1.2, add: 0.001 },
    source: { provider: 'main', bad, total, intervalMs: 15_000 },
  });

  async function found(guard: Guard, options: Partial<PrometheusOptions> = {}): Promise<string[]> {
    const clock = { now: () => Promise.resolve(now + 2_000) };
    const providers = { open: () => Promise.resolve(provider(options)) };
    const policy = { name: 'birthdate', project: 'default', guards: [guard] };
    const asked = { policies: [], targets: [], providers: askedProviders([policy], []) };
    const rows = await examineMetrics(providers, clock).look(asked);
    return rows.map(({ part, standing, message }) => `${part} ${standing}: ${message}`);
  }
  const ofGuard = async (guard: Guard) => (await found(guard)).at(-1);

  it('reads what the guard will read, and says how old it is', async () => {
    const [server, guard] = await found(metric('sum(rate(requests_total[1m])) > 0'));
    expect(server).toMatch(/^metrics ok: answers; it knows no `up`/);
    expect(guard).toBe('guard ok: reads 4, newest sample 2 s old');
    const old = await ofGuard(metric('success_ratio'));
    expect(old).toBe('guard warning: reads 0.998, newest sample 122 s old');
  });

  it('names the metric that is not there, and one that is like it', async () => {
    expect(await ofGuard(metric('sum(rate(request_total[1m]))'))).toBe(
      'guard fault: no metric is called request_total; there is requests_total',
    );
    expect(await ofGuard(metric('nothing_like_it'))).toBe(
      'guard fault: no metric is called nothing_like_it',
    );
  });

  it('names the label that no series has, and the values of one that has others', async () => {
    expect(await ofGuard(metric('sum(requests_total{pod="a"})'))).toBe(
      'guard fault: requests_total has no label pod',
    );
    expect(await ofGuard(metric('sum(requests_total{instance="c"})'))).toBe(
      'guard warning: requests_total has no series with instance="c"; instance is a, b',
    );
    expect(await ofGuard(metric('sum(requests_total{instance="a",instance!="a"})'))).toMatch(
      /^guard warning: requests_total is there, and no series has all of /,
    );
  });

  it('finds that counts cannot be told apart by cohort, and misses no errors before the first', async () => {
    expect(await ofGuard(counts('requests_total', 'requests_failed_total'))).toMatch(
      /^guard (fault|warning): no metric is called requests_failed_total; there is requests_total/,
    );
    expect(await ofGuard(counts('requests_total', 'requests_total'))).toMatch(
      /^guard fault: .*cohort/,
    );
  });

  it('asks one that does not answer nothing more', async () => {
    const [server, ...more] = await found(metric('up'), { url: 'http://127.0.0.1:1' });
    expect(server).toMatch(/^metrics fault: .*ECONNREFUSED/);
    expect(more).toEqual([]);
  });
});
