import { describe, expect, it } from '@jest/globals';
import { routeOf } from '../../../test/support/route-of.ts';
import { stageOfUnit } from '../stage/stage-of-unit.ts';
import { editRoute } from './edit-route.ts';

const live = routeOf({ share: 50, canaryStage: 'live', baseStage: 'shadow', pinned: ['a'] });

describe('an edit of a route', () => {
  it('changes what it names and nothing else', () => {
    expect(editRoute(live, { share: 10 })).toEqual({ ...live, share: 10 });
    expect(editRoute(live, { pin: ['b', 'a'] })).toEqual({ ...live, pinned: ['a', 'b'] });
    expect(editRoute(live, { pin: ['b'], unpin: ['a'] })).toEqual({ ...live, pinned: ['b'] });
    expect(editRoute(live, {})).toEqual(live);
  });

  it('keeps a pinned unit on the old side at any share', () => {
    const pinned = editRoute(live, { share: 100, pin: ['b'] });
    const sideOf = (unit: string) => stageOfUnit({ ...pinned, enabled: true }, unit).side;
    expect(['a', 'b', 'c'].map(sideOf)).toEqual(['old', 'old', 'new']);
  });

  it('frees only who is pinned', () => {
    expect(() => editRoute(live, { unpin: ['z'] })).toThrow('"z" is not pinned; pinned are: a');
  });

  it('moves nobody any more once contract has taken the old side away', () => {
    const contracted = { ...live, safeSide: 'new' as const };
    for (const edit of [{ share: 10 }, { pin: ['b'] }, { unpin: ['a'] }]) {
      expect(() => editRoute(contracted, edit)).toThrow('contract has taken the old side');
    }
    expect(editRoute(contracted, { enabled: false })).toEqual(contracted);
  });
});
