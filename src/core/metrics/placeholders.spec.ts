import { describe, expect, it } from '@jest/globals';
import { seriesNamed } from './own-series.ts';
import { expandRollout, expandWindow, hasWindow, placeholderFaults } from './placeholders.ts';

describe('placeholders', () => {
  it('become a matcher for the rollout and a duration', () => {
    const text = 'sum(increase(errors_total{code=~"5..", $rollout}[$window]))';
    const expanded = expandWindow(expandRollout(text, seriesNamed('users-birthdate')), 15_000);
    expect(expanded).toBe(
      'sum(increase(errors_total{code=~"5..", migration="users-birthdate"}[15000ms]))',
    );
    expect([hasWindow(text), hasWindow(expanded)]).toEqual([true, false]);
    expect(placeholderFaults(text)).toEqual([]);
  });

  it('cannot be broken out of by a name', () => {
    expect(expandRollout('x{$rollout}', seriesNamed('a"} or up{x="\\\n'))).toBe(
      String.raw`x{migration="a\"} or up{x=\"\\\n"}`,
    );
  });

  it('stand for several values as for exactly those', () => {
    const own = { label: 'service', values: ['users.old', 'a|b"'] };
    expect(expandRollout('x{$rollout}', own)).toBe(String.raw`x{service=~"users\\.old|a\\|b\""}`);
  });

  it('are left alone in quotes and comments, and other dollars with them', () => {
    const text = 'x{path=~"/$rollout$", y=\'[$window]\', z=`$rollout`} # $window';
    expect(expandWindow(expandRollout(text, seriesNamed('name')), 1)).toBe(text);
  });

  it.each([
    ['up{$rollout}', []],
    ['up{path=~"^/$"}', []],
    ['up * $rollout', ['braces']],
    ['up{$window}', ['square brackets']],
    ['rate(up[5m]) > $window', ['square brackets']],
    ['up{a="$rollout"}', ['in quotes']],
    ['rate(up[$__rate_interval])', ['unknown placeholder `$__rate_interval`']],
    ['up{a="x",${rollout}}', ['unknown placeholder `${rollout}`']],
  ])('of %s', (text, words) => {
    const faults = placeholderFaults(text);
    expect(faults).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(faults[index]).toContain(word);
  });
});
