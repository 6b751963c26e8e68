import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../test/support/sha256.ts';
import { checkFiles, type CheckedFiles } from '../check-files.ts';

/** A policy with these guards, beside a Provider `main` with these keys. */
function check(
  guards: string,
  provider = 'prometheus: { url: { env: PROMETHEUS_URL } }',
): CheckedFiles {
  const text = `apiVersion: crossfade/v1
kind: Target
metadata: { name: users-db }
spec: { url: { env: USERS_DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: users-api }
spec: { target: users-db, unit: { key: tenantId } }
---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: main }
spec: { ${provider} }
---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: users-birthdate }
spec:
  service: users-api
  change: [{ addColumn: { table: users, column: b, type: date, up: "dob::date", down: { dob: "b::text" } } }]
  guards:
    - errors
    - ${guards}
`;
  return checkFiles([{ name: 'p.yaml', text }], [], sha256);
}

const faultsOf = (checked: CheckedFiles): string[] =>
  checked.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('a threshold on a metric', () => {
  it('resolves with its defaults', () => {
    const { policies, faults } = check(
      "{ name: slo, threshold: { prometheus: main, expr: 'up', min: 0.995 } }",
    );
    expect(faults).toEqual([]);
    expect(policies[0]?.guards[1]).toEqual({
      name: 'slo',
      threshold: 'metric',
      provider: 'main',
      expr: 'up',
      min: 0.995,
      max: null,
      intervalMs: 15_000,
      windowMs: 60_000,
      failAfter: { failures: 3, of: 5 },
    });
  });

  it.each([
    [
      '{ name: slo, threshold: { prometheus: mian, expr: up, min: 1 } }',
      /24:45 there is no Provider `mian`; did you mean `main`/,
    ],
    [
      "{ name: slo, threshold: { prometheus: main, expr: 'up > $windw', min: 1 } }",
      /24:57 unknown placeholder `\$windw`/,
    ],
    [
      '{ name: slo, threshold: { prometheus: main, expr: up, min: 2, max: 1 } }',
      /24:66 no value is at least 2 and at most 1/,
    ],
    [
      '{ name: slo, threshold: { prometheus: main, expr: up, min: 2, interval: 500ms } }',
      /at least `1s`/,
    ],
  ])('%s is wrong at its place', (guards, fault) => {
    const checked = check(guards);
    expect(faultsOf(checked).join('\n')).toMatch(fault);
    expect(checked.policies).toEqual([]);
  });
});

describe('a comparison of errors with a source of its own', () => {
  const source = (words: string): string =>
    `{ name: http, compare: errors, source: { prometheus: main, ${words} } }`;

  it('resolves with its defaults', () => {
    const { policies } = check(source("bad: 'e{$rollout}', total: 't{$rollout}', interval: 5s"));
    expect(policies[0]?.guards[1]).toEqual({
      name: 'http',
      compare: 'errors',
      tolerate: { ratio: 1.1, add: 0.0005 },
      source: { provider: 'main', bad: 'e{$rollout}', total: 't{$rollout}', intervalMs: 5_000 },
    });
  });

  it('is checked in both of its queries', () => {
    const faults = faultsOf(check(source("bad: 'e[$rollout]', total: 't{a=\"$window\"}'")));
    expect(faults).toEqual([
      expect.stringMatching(/^24:71 `\$rollout` stands for a label matcher/),
      expect.stringMatching(/^24:93 `\$window` stands in quotes/),
    ]);
  });
});

describe('a preset', () => {
  const guarded = (compare: string, words: string): string =>
    `{ name: http, compare: ${compare}, source: { prometheus: main, ${words} } }`;

  it('stands for the names that an exporter gives', () => {
    const { policies, faults } = check(guarded('errors', 'preset: micrometer'));
    expect(faults).toEqual([]);
    expect(policies[0]?.guards[1]).toMatchObject({
      source: {
        provider: 'main',
        bad: 'http_server_requests_seconds_count{status=~"5..",$rollout}',
        total: 'http_server_requests_seconds_count{$rollout}',
        intervalMs: 15_000,
      },
    });
  });

  it('may tell cohorts by two deployments, by its own label or another one', () => {
    const cohorts = (more = '') => `preset: istio, cohorts: { ${more}canary: b, baseline: a }`;
    const source = (words: string) => {
      const guard = check(guarded('latency', words)).policies[0]?.guards[1];
      return guard !== undefined && 'source' in guard ? guard.source : null;
    };
    expect(source(cohorts())).toEqual({
      provider: 'main',
      histogram: 'istio_request_duration_milliseconds_bucket{reporter="destination",$rollout}',
      unit: 'ms',
      intervalMs: 15_000,
      cohorts: { label: 'destination_workload', canary: 'b', baseline: 'a' },
    });
    expect(source(cohorts('label: destination_app, '))).toMatchObject({
      cohorts: { label: 'destination_app' },
    });
  });

  it.each([
    ['errors', 'preset: itsio', /did you mean `istio`|expected .*`istio`/],
    ['errors', 'preset: istio', /24:74 preset `istio` tells cohorts apart by deployments; write/],
    ['errors', 'preset: istio, cohorts: { canary: a, baseline: a }', /cannot serve both sides/],
    [
      'errors',
      'preset: istio, cohorts: { label: "a} or b{c", canary: a, baseline: b }',
      /expected the name of a label/,
    ],
    ['latency', "histogram: 'sum(x_bucket{$rollout})'", /expected a selector of the buckets/],
    ['latency', "histogram: 'x_bucket[$rollout]'", /`\$rollout` stands for a label matcher/],
    ['latency', "histogram: 'x_bucket{$rollout}', unit: m", /expected `s` or `ms`/],
  ])('in a comparison of %s, %s is wrong at its place', (compare, words, fault) => {
    expect(faultsOf(check(guarded(compare, words))).join('\n')).toMatch(fault);
  });
});

describe('a Provider', () => {
  const guards = '{ name: slo, threshold: { prometheus: main, expr: up, min: 1 } }';

  it('of Prometheus says who asks and where', () => {
    const full =
      'prometheus: { url: { env: A }, basic: { username: u, password: { env: P } }, headers: { X-Scope-OrgID: identity, X-Key: { env: K } }, networks: [10.0.0.0/8, "fd00::/8"], timeout: 5s, delay: 1s }';
    expect(faultsOf(check(guards, full))).toEqual([]);
  });

  it.each([
    [
      'prometheus: { url: { env: A }, token: { env: T }, basic: { username: u, password: { env: P } } }',
      /one of `token`, `basic` and `oauth2`/,
    ],
    ['prometheus: { url: { env: A }, networks: [10.0.0.1] }', /expected a network/],
    ['prometheus: { url: { env: A }, headers: { "X Y": z } }', /name of a header/],
    [
      'unleash: { url: { env: A }, token: { env: T } }',
      /cannot be carried out[^]*Provider `main` is no `prometheus`/,
    ],
  ])('%s is wrong', (provider, fault) => {
    expect(faultsOf(check(guards, provider)).join('\n')).toMatch(fault);
  });
});

describe('a guard on parity', () => {
  it('tolerates no row and holds, unless it says so, whatever the policy does on a failure', () => {
    const { policies, faults } = check(
      '{ name: all, threshold: { target: parity } }\n' +
        '    - { name: some, threshold: { target: parity, max: 5 }, onFail: rollback }',
    );
    expect(faults).toEqual([]);
    expect(policies[0]?.guards.slice(1)).toEqual([
      { name: 'all', threshold: 'parity', maxRows: 0, onFail: 'hold' },
      { name: 'some', threshold: 'parity', maxRows: 5, onFail: 'rollback' },
    ]);
  });

  it('counts rows, and no windows', () => {
    expect(faultsOf(check('{ name: all, threshold: { target: parity, max: 5s } }'))).toEqual([
      '24:54 `max` is `5s`; expected a whole number of at least 0',
    ]);
    expect(faultsOf(check('{ name: all, threshold: { target: partiy } }'))).toEqual([
      '24:41 `target` is `partiy`; expected `lock_wait`, `longest_transaction` or `parity` (did you mean `parity`?)',
    ]);
  });
});
