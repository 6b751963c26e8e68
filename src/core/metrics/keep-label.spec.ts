import { describe, expect, it } from '@jest/globals';
import { isOwnSelector, keepLabel } from './keep-label.ts';

describe('an expression that keeps a label', () => {
  it.each([
    ['x{$rollout}', 'x{$rollout}'],
    ['{__name__="x",$rollout} > 0', '{__name__="x",$rollout} > 0'],
    [
      'sum by (cohort, bucket) (increase(x{$rollout}[$window]))',
      'sum by (migration, cohort, bucket) (increase(x{$rollout}[$window]))',
    ],
    ['sum(rate(x{$rollout}[1m]))', 'sum by (migration)(rate(x{$rollout}[1m]))'],
    ['sum (x{$rollout}) by ()', 'sum (x{$rollout}) by (migration)'],
    ['sum by (migration) (x{$rollout})', 'sum by (migration) (x{$rollout})'],
    ['max without (pod) (x{$rollout})', 'max without (pod) (x{$rollout})'],
    ['quantile(0.9, x{$rollout})', 'quantile by (migration)(0.9, x{$rollout})'],
    [
      'sum(x{$rollout}) / on() sum(y{a="b}(",$rollout} offset 5m)',
      'sum by (migration)(x{$rollout}) / on(migration) sum by (migration)(y{a="b}(",$rollout} offset 5m)',
    ],
    [
      'histogram_quantile(0.99, sum by (le) (rate(h_bucket{$rollout}[$window]))) # p99',
      'histogram_quantile(0.99, sum by (migration, le) (rate(h_bucket{$rollout}[$window]))) # p99',
    ],
    [
      'x{$rollout} * ignoring(pod) group_left(team) y{$rollout} or -z{$rollout}',
      'x{$rollout} * ignoring(pod) group_left(team) y{$rollout} or -z{$rollout}',
    ],
    [
      'max_over_time(x{$rollout}[5m:1m] @ 12) >= bool 1e3',
      'max_over_time(x{$rollout}[5m:1m] @ 12) >= bool 1e3',
    ],
  ])('%s', (text, kept) => {
    expect(keepLabel(text, 'migration')).toBe(kept);
  });

  it.each([
    ['a selector of others', 'sum(x{$rollout}) / sum(y)'],
    ['a selector of others with labels', 'sum(x{$rollout}) / sum(y{a="b"})'],
    ['a placeholder in quotes', 'sum(y{a="$rollout"})'],
    ['a mask', 'sum(x{$rollout}) or vector(0)'],
    ['absence', 'absent(x{$rollout})'],
    ['a relabelled series', 'label_replace(x{$rollout}, "migration", "", "", "")'],
    ['no series at all', '1 + 1'],
    ['the label left out', 'sum without (migration) (x{$rollout})'],
    ['the label ignored', 'x{$rollout} / ignoring(migration) y{$rollout}'],
    ['an unknown function', 'count_values("v", x{$rollout})'],
    ['brackets that close too early', 'sum(x{$rollout}) ) or (y{$rollout}'],
    ['brackets of two kinds', 'sum(x{$rollout}[1m)]'],
  ])('is none with %s', (_, text) => {
    expect(keepLabel(text, 'migration')).toBeNull();
  });
});

describe('a selector of the rollout alone', () => {
  it.each([
    ['x{$rollout}', true],
    [' {code=~"5..", $rollout} ', true],
    ['x{code="5"}', false],
    ['x', false],
    ['sum(x{$rollout})', false],
    ['x{$rollout} offset 1m', false],
    ['x{$rollout} or y{$rollout}', false],
  ])('%s: %s', (text, isOne) => {
    expect(isOwnSelector(text)).toBe(isOne);
  });
});
