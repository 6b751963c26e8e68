import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitrarySpec, arbitraryUnit, routeOf } from '../../../test/support/random-route.ts';
import { unitBucket } from '../cohort/unit-bucket.ts';
import { stageOfUnit } from '../stage/stage-of-unit.ts';
import {
  doubtfulAnswer,
  gatewayRoute,
  headersOf,
  statusOf,
  unknownAnswer,
} from './gateway-answer.ts';

describe('the answer to a gateway', () => {
  it('serves every unit as an instance with our SDK would', () => {
    fc.assert(
      fc.property(arbitrarySpec, fc.boolean(), fc.option(arbitraryUnit), (spec, enabled, drawn) => {
        const unit = drawn ?? undefined;
        const route = routeOf(spec, 7, enabled);
        const { side, cohort, reason } = stageOfUnit(route, unit);
        const bucket = unit === undefined ? null : unitBucket(unit);
        const answer = gatewayRoute(route).answer(unit);
        expect(answer).toMatchObject({ side, cohort, reason, revision: 7, bucket });
      }),
    );
  });

  it('counts an unknown rollout as history of the old side, and of no other', () => {
    const old = { side: 'old', cohort: 'baseline', revision: 0, bucket: unitBucket('t1') };
    expect(unknownAnswer('old', 't1')).toMatchObject(old);
    expect(unknownAnswer('new', 't1')).toMatchObject({ side: 'new', cohort: null });
    expect(unknownAnswer('old', '')).toMatchObject({ bucket: null });
  });

  it('is 503 where it is in doubt and the gateway can do without; 403 is for its caller alone', () => {
    const doubts = [doubtfulAnswer('old', 'stale', 4), doubtfulAnswer('old', 'frozen', 4)];
    expect(doubts.map((answer) => statusOf(answer, true))).toEqual([503, 503]);
    expect(doubts.map((answer) => statusOf(answer, false))).toEqual([200, 200]);
    expect(statusOf(unknownAnswer('old', 't1'), true)).toBe(200);
    const refused = { ...unknownAnswer('old', ''), reason: 'refused' } as const;
    expect([statusOf(refused, true), statusOf(refused, false)]).toEqual([403, 403]);
  });

  it('is said in headers, where nothing to say is `none`', () => {
    expect(headersOf(doubtfulAnswer('new', 'stale', 4))).toEqual({
      'x-crossfade-side': 'new',
      'x-crossfade-cohort': 'none',
      'x-crossfade-reason': 'stale',
      'x-crossfade-revision': '4',
      'x-crossfade-bucket': 'none',
      'x-crossfade-group': 'none',
    });
  });
});
