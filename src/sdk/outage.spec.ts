import { describe, expect, it } from '@jest/globals';
import { clientInStage } from '../../test/support/client-in-stage.ts';
import type { Route } from '../core/protocol/route.ts';

const minute = 60_000;
const units = Array.from({ length: 200 }, (_, n) => `tenant-${n}`);
const half: Partial<Route> = { baseStage: 'shadow', canaryStage: 'live', share: 50 };

const moments = [
  ['at 50 %', half, new Set(['old', 'new'])],
  ['in soak', { baseStage: 'rampdown', canaryStage: 'rampdown' }, new Set(['new'])],
] as const;

describe('Crossfade is away', () => {
  it.each(moments)(
    'for ten minutes %s: no unit changes sides, and no request fails',
    async (_, route, sides) => {
      const { client, birthdate, timing, transport } = await clientInStage('live', route);
      const served = (): Promise<readonly string[]> =>
        Promise.all(
          units.map((unit) =>
            client.withUnit(unit, () => birthdate.read({ old: () => 'old', new: () => 'new' })),
          ),
        ) as Promise<readonly string[]>;
      const before = await served();
      expect(new Set(before)).toEqual(sides);
      transport.behaviour = 'away';
      for (let passed = 0; passed < 10; passed += 1) {
        await timing.advance(minute);
        expect(await served()).toEqual(before);
      }
      transport.behaviour = 'ok';
      await timing.advance(minute);
      expect(await served()).toEqual(before);
      await client.close();
    },
  );

  it.each(moments)(
    'for longer than it may be, %s: the safe side serves all',
    async (_, route, _sides) => {
      const { client, birthdate, timing, transport } = await clientInStage('live', route);
      transport.behaviour = 'away';
      await timing.advance(16 * minute);
      for (const unit of units) {
        const read = () => birthdate.read({ old: () => 'old', new: () => 'new' });
        expect(await client.withUnit(unit, read)).toBe('old');
      }
      await client.close();
    },
  );
});
