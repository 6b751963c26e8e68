import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitrarySpec, routeSpec } from '../../../test/support/random-route.ts';
import { routeToStrategies } from './route-to-strategies.ts';
import { sameRoute } from './same-route.ts';
import { sameStrategy } from './same-strategy.ts';
import { fingerprintOf, markOf, withMark } from './version-mark.ts';

describe('the version mark', () => {
  it('is read back from the last strategy, and is no part of its meaning', () => {
    const strategies = routeToStrategies(routeSpec());
    const everyone = strategies.at(-1)!;
    for (const mark of [
      { version: 12, fingerprint: 'abc' },
      { version: 13, fingerprint: null },
    ]) {
      const marked = withMark(everyone, mark);
      expect(markOf([...strategies.slice(0, -1), marked])).toEqual(mark);
      expect(sameStrategy(marked, everyone)).toBe(true);
    }
  });

  it('is absent until it was written, and when it is broken', () => {
    const strategies = routeToStrategies(routeSpec());
    expect(markOf(strategies)).toBeNull();
    const marked = withMark(strategies.at(-1)!, { version: 12, fingerprint: 'abc' });
    const parameters = { ...marked.parameters, 'crossfade.version': 'twelve' };
    expect(markOf([{ ...marked, parameters }])).toBeNull();
  });
});

describe('fingerprintOf', () => {
  it('is equal for routes that mean the same, and for no others', () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitrarySpec, (a, b) => {
        expect(fingerprintOf(a) === fingerprintOf(b)).toBe(sameRoute(a, b));
      }),
    );
  });

  it.each([
    { share: 26 },
    { pinned: [] },
    { quarantined: ['tenant-9'] },
    { rings: [] },
    { canaryStage: 'shadow' as const },
    { groupId: 'other' },
    { safeSide: 'new' as const },
    { withoutUnit: 'refuse' as const },
    { shadowSample: 0.2 },
  ])('changes with %j', (change) => {
    expect(fingerprintOf(routeSpec(change))).not.toBe(fingerprintOf(routeSpec()));
    expect(sameRoute(routeSpec(change), routeSpec())).toBe(false);
  });
});

describe('sameRoute', () => {
  it('ignores order, repetition and rings without units', () => {
    const a = routeSpec({
      pinned: ['b', 'a', 'b'],
      rings: [
        { name: 'late', units: [] },
        { name: 'eu', units: ['y', 'x'] },
      ],
    });
    const b = routeSpec({ pinned: ['a', 'b'], rings: [{ name: 'eu', units: ['x', 'y'] }] });
    expect(sameRoute(a, b)).toBe(true);
  });
});
