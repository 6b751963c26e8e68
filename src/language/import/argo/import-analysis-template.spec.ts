import { describe, expect, it } from '@jest/globals';
import { guardsOf, imported, lines } from '../../../../test/support/imported.ts';

describe('an AnalysisTemplate', () => {
  it('becomes a threshold, its arguments put in', () => {
    const found = imported('argo-success-rate.yaml');
    expect(guardsOf(found)).toEqual([
      {
        name: 'success-rate',
        threshold: {
          prometheus: 'prometheus',
          expr: 'sum(rate(http_requests_total{service="checkout",code!~"5.."}[5m]))\n  / sum(rate(http_requests_total{service="checkout"}[5m]))',
          min: 0.95,
          interval: '1m',
          window: '1m',
          failAfter: { failures: 4, of: 10 },
        },
        onFail: 'rollback',
      },
    ]);
    expect(lines(found.remarks).slice(1)).toEqual([
      '22: it looks back 5m, further than one window: at the begin of a step it still sees the time before',
      '17: failureLimit 3: number 4 in total fails there; here 4 of the last 10 windows of a step do',
      '16: measured 10 times there; here as long as the rollout lives',
    ]);
    expect(lines(found.left)).toEqual([
      "14: `initialDelay`: a step's `bake` and the policy's `warmup` say how long to wait",
    ]);
  });

  it('with both conditions rolls back by one and holds by the other', () => {
    const [failure, doubt, opposite, ...rest] = guardsOf(imported('argo-both-conditions.yaml'));
    expect(failure).toMatchObject({
      name: 'latency-p99',
      threshold: { max: 0.5, failAfter: { failures: 3, of: 5 } },
      onFail: 'rollback',
    });
    expect(doubt).toMatchObject({
      name: 'latency-p99-doubt',
      threshold: { max: 0.25, failAfter: { failures: 2, of: 3 } },
      onFail: 'hold',
    });
    expect(opposite).toMatchObject({ name: 'errors-2', threshold: { max: 0.01 } });
    expect(rest).toEqual([]);
  });

  it('takes every form of condition', () => {
    const found = imported('argo-condition-forms.yaml');
    const limits = guardsOf(found).map(({ name, threshold: { expr, min, max } }) =>
      [name, expr, min ?? '-', max ?? '-'].join(' | '),
    );
    expect(found.left).toEqual([]);
    expect(limits).toEqual([
      'scalar | scalar(up) | 0.95 | -',
      'range | q | 1 | 5',
      'words | q | 1 | 5',
      'mirrored | q | 0.95 | -',
      'arithmetic | q | 0.95 | -',
      'percent | q | 0.995 | -',
      'negated | q | - | 3',
      'equal | q | 0 | 0',
      'nan | q | - | 0.1',
      'inf | q | - | 7',
      'nil | q | - | 8',
      'len | q | - | 9',
      'default-value | q | - | 10',
      'as-int | q | - | 11',
      'as-float | q | - | 12.5',
      'all | max(q) | - | 13',
      'all-in-range-min | min(q) | 1 | -',
      'all-in-range-max | max(q) | - | 14',
      'any | max(\nq # by pod\n) | - | 15',
      'none | max(q) | - | 16',
    ]);
    const told = lines(found.remarks).filter((line) => /NaN|infinite|noData|cuts/.test(line));
    expect(told.map((line) => Number.parseInt(line, 10))).toEqual([18, 19, 20, 21, 22, 23]);
  });

  it('only notifies where it may not fail the run', () => {
    const actions = (name: string) =>
      guardsOf(imported(name)).map((guard) => `${guard.name} ${guard.onFail}`);
    expect(actions('argo-condition-forms.yaml').filter((text) => /notify/.test(text))).toEqual([
      'scalar notify',
      'default-value notify',
    ]);
    expect(actions('argo-limits.yaml')).toEqual([
      'off notify',
      'unreachable notify',
      'once rollback',
      'text rollback',
      'endless rollback',
      'often rollback',
      'often-2 rollback',
    ]);
  });

  it('counts failures among windows as it counted them in total', () => {
    const counted = guardsOf(imported('argo-limits.yaml')).map(({ name, threshold }) => {
      const { failures, of } = threshold['failAfter'] as { failures: number; of: number };
      return `${name} ${String(threshold['interval'])} ${failures}/${of}`;
    });
    expect(counted).toEqual([
      'off 5s 1/1',
      'unreachable 5s 4/4',
      'once 1m 1/1',
      'text 90m 3/5',
      'endless 1500ms 5/9',
      'often 1s 1/1',
      'often-2 10s 1/1',
    ]);
  });

  it('says of each metric that cannot be a guard why', () => {
    const found = imported('argo-not-expressible.yaml');
    expect(guardsOf(found)).toEqual([]);
    expect(found.yaml).not.toContain('kind: Provider');
    expect(lines(found.left)).toEqual([
      '11: `dryRun`: `(a|b)+` is a pattern that is not read; metrics that it names count here',
      '12: `templates`: templates in a template are not followed; import their files as well',
      '14: `measurementRetention`: every decision keeps its measurements here',
      '19: metric `web`: provider `web` cannot be asked; prometheus can',
      '21: metric `job`: provider `job` cannot be asked; prometheus can',
      '22: metric `unconditional`: it has no condition, so it never fails',
      '24: metric `missing-argument`: argument `given-by-the-rollout`: it has no value here; give it with --arg given-by-the-rollout=VALUE',
      '27: metric `secret-argument`: argument `api-token`: its value is read from the cluster; give it with --arg api-token=VALUE',
      '31: `holes`: `result[0] != 0`: the good values are not one range, from a least to a greatest',
      '34: `contradiction`: `result[0] < 1 && result[0] > 5`: no value would be good',
      '37: `tautology`: `len(result) >= 1`: every value would be good',
      '40: `second-item`: `result[1] < 5`: it reads something else than `result` or `result[0]`',
      '43: `text`: `result[0] matches "a"`: `"` is not understood here',
      '46: `square`: `result[0] * result[0] < 4`: `*` gives more than a multiple of the result',
      '49: `any-in-range`: `any(result, # > 1 && # < 5)`: that any of several results lies in a range is no limit of one value',
      '52: `mixed`: `all(result, # < 1) || all(result, # > 5)`: it mixes conditions on one and on several results',
      '56: metric `over-time`: one value at one time is asked, not a range',
      '57: `grafana-variable`: its query: unknown placeholder `$__interval`; expected `$rollout` or `$window`',
    ]);
  });

  it('takes arguments from outside', () => {
    const args = new Map([['given-by-the-rollout', 'shop']]);
    const [guard] = guardsOf(imported('argo-not-expressible.yaml', args));
    expect(guard?.threshold['expr']).toBe('q{service="shop"}');
  });
});
