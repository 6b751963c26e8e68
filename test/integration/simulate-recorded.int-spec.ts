import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.ts';
import { runCommand as run } from '../support/run-command.ts';

describe('crossfade simulate with a real Prometheus', () => {
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    prometheus = await startPrometheus();
  });
  afterAll(() => prometheus.stop());

  const simulate = (requests: string, failures: string) =>
    run(
      `simulate -f policies/users-birthdate.yaml --units 20 --rollouts 1 --harm x9 --since 2h ` +
        `--prometheus ${prometheus.url} --requests ${requests} --failures ${failures}`,
    );

  it('takes the mean and the rhythm of what was recorded', async () => {
    // 20 and 40 in turn, a minute each; one in a hundred fails.
    const requests = '20+20*(floor(vector(time())/60)%2)';
    const { status, out } = await simulate(requests, `(${requests})/100`);
    expect(status).toBe(0);
    expect(out.split('\n')[0]).toBe(
      'users-birthdate at 30 requests/s, 20 units, 1% failing, up and down as recorded; seed 1',
    );
  }, 180_000);

  it.each([
    [
      'vector(1)or(label_replace(vector(1),"a","b","",""))',
      'has 2 series; expected one: put sum(…) around it',
    ],
    ['sum(', 'Prometheus refuses `sum(`: '],
    ['vector(1)>2', 'vector(1)>2 has no request in all that time'],
  ])('says what is wrong with %s', async (query, message) => {
    const { status, err } = await simulate(query, 'vector(0)');
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  it('says that there is no Prometheus', async () => {
    const line =
      'simulate -f policies/users-birthdate.yaml --units 20 --prometheus http://127.0.0.1:1';
    const { err } = await run(`${line} --requests a --failures b`);
    expect(err).toContain('http://127.0.0.1:1/api/v1/query_range cannot be asked');
  });
});
