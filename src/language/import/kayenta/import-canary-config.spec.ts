import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { guardsOf, imported, lines } from '../../../../test/support/imported.ts';

import { verdicts } from '../../../core/judge/verdict.ts';
import { kayentaVerdicts } from './kayenta-verdicts.ts';

describe('a canary config', () => {
  it('becomes a threshold per metric, direction and limit', () => {
    const guards = guardsOf(imported('kayenta-config.json'));
    const short = guards.map(({ name, onFail, threshold: { expr, min, max } }) => {
      const factor = /- ([\d.]+) \*/.exec(String(expr))?.[1];
      return `${name} ${factor} ${min === undefined ? '' : 'min'}${max === undefined ? '' : 'max'} ${onFail}`;
    });
    expect(short).toEqual([
      'error-rate 1.1 max hold',
      'error-rate-critical 2 max rollback',
      'latency-high 1.25 max hold',
      'latency-low 0.5 min hold',
      'cache-hits 0.8 min notify',
      'memory 1.5 max notify',
    ]);
  });

  it('asks for both cohorts in place of both scopes', () => {
    const [errors, , , , hits] = guardsOf(imported('kayenta-config.json'));
    const side = (cohort: string) =>
      `avg_over_time((avg(http_error_ratio{cohort="${cohort}",$rollout,job="shop"}))[$window:1m])`;
    expect(errors?.threshold).toEqual({
      prometheus: 'prometheus',
      expr: `${side('canary')} - 1.1 * ${side('baseline')} or vector(0)`,
      max: 0,
      interval: '1m',
      window: '10m',
      failAfter: { failures: 1, of: 1 },
    });
    expect(hits?.threshold['expr']).toContain(
      'avg(sum(rate(hits_total{cohort="canary",$rollout}[1m])) / sum(rate(reads_total{cohort="canary",$rollout}[1m])))',
    );
  });

  it('in a request brings its thresholds and how far back it looks', () => {
    const found = imported('kayenta-request.json');
    const short = guardsOf(found).map(
      ({ name, onFail, threshold }) => `${name} ${String(threshold['window'])} ${onFail}`,
    );
    expect(short).toEqual(['errors-2 1h rollback', 'cpu 1h hold']);
    expect(lines(found.remarks).join('\n')).toContain(
      'if it alone fails, the score there is 50, with pass 75 and marginal 50',
    );
  });

  it('says of each metric that cannot be a guard why', () => {
    const found = imported('kayenta-not-expressible.yaml');
    expect(guardsOf(found)).toEqual([]);
    const words = lines(found.left).map((line) => line.split(';')[0]);
    expect(words.slice(1, -1)).toEqual([
      '5: metric `atlas`: provider `atlas` cannot be asked',
      '11: metric `any difference`: without an effect size any difference that is significant there fails',
      '15: metric `cles`: `cles` is no ratio of means',
      '17: metric `conditional`: its template holds conditions',
      '21: metric `variable`: variable `team` has no value here',
      '25: metric `one side`: its query does not tell the two scopes apart',
      '29: metric `no template`: template `gone` is not in the config',
      '33: metric `total`: it adds up what a whole side does, and the two cohorts are not equally large',
    ]);
  });

  it('shows its verdicts in our words', () => {
    expect(imported('kayenta-config.json').yaml).toContain(
      'verdicts on a run: Pass → pass, Marginal → inconclusive, Fail → fail',
    );
  });
});

describe("Kayenta's verdicts", () => {
  const page = readFileSync('docs/import.md', 'utf8').replaceAll(/\s+/g, ' ');

  it.each(kayentaVerdicts)('$of $word stands in the docs as it is here', (found) => {
    const { of, word, verdict, difference } = found;
    expect(verdicts).toContain(verdict);
    expect(page).toContain(`| ${of} | ${word} | ${verdict} | ${difference} |`);
  });
});
