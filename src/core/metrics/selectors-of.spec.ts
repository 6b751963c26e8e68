import { describe, expect, it } from '@jest/globals';
import { selectorsOf } from './selectors-of.ts';

describe('the selectors of an expression', () => {
  it.each([
    ['up', ['up']],
    ['job:up:ratio{a="b"}', ['job:up:ratio{a="b"}']],
    ['{__name__="x"}', ['{__name__="x"}']],
    ['sum(rate(a{x="1"}[1m])) / sum(rate(b[1m]))', ['a{x="1"}', 'b']],
    ['sum by (cohort, bucket) (a) / on(cohort) group_left(team) b', ['a', 'b']],
    ['sum without(x) (a)', ['a']],
    ['sum (a) by (cohort)', ['a']],
    ['a offset 5m or vector(0)', ['a']],
    ['a @ end() and b unless c', ['a', 'b', 'c']],
    ['histogram_quantile(0.99, sum by (le) (rate(h_bucket[5m:1m])))', ['h_bucket']],
    ['a > bool 1e3 + Inf - NaN', ['a']],
    ['a{x="b{c}(d)"} == a{x="b{c}(d)"}', ['a{x="b{c}(d)"}']],
    ['label_replace(a, "x", "$1", "y", "(.*)") # b', ['a']],
    ['quantile(0.9, a)', ['a']],
    ['time() - 1 + vector(1)', []],
    ['by', []],
    ['a{', ['a{']],
    ['', []],
  ])('%s', (text, selectors) => {
    expect(selectorsOf(text)).toEqual(selectors);
  });
});
