import { describe, expect, it } from '@jest/globals';
import { policyWith } from '../../../test/support/checked-policy.ts';
import { asksForUnits, freezeUnits, type UnitLists } from './freeze-units.ts';
import type { Policy } from './policy.ts';

const from = { table: 'tenants', id: 'id', together: 'parent_id' };
const unit = { key: 'tenantId', columns: {}, without: 'old', from } as const;
const free = { name: 'free', units: [], where: { plan: ['free'] } };
const lists = (change: Partial<UnitLists> = {}): UnitLists => ({
  rings: { free: ['f1', 'f2'] },
  followers: [],
  ...change,
});
const policy = (change: Partial<Policy> = {}) => policyWith({ unit, rings: [free], ...change });

describe('freezeUnits', () => {
  it('names the units of rings, and marks the revision with them', () => {
    const frozen = freezeUnits(policy(), lists());
    expect(frozen.rings).toEqual([{ ...free, units: ['f1', 'f2'] }]);
    expect(frozen.revision).toMatch(/^0123456789ab-[0-9a-f]{8}$/);
    expect(freezeUnits(policy(), lists()).revision).toBe(frozen.revision);
    const others = freezeUnits(policy(), lists({ rings: { free: ['f1'] } }));
    expect(others.revision).not.toBe(frozen.revision);
  });

  it('takes nobody into a ring by its condition who stands in a list', () => {
    const named = { name: 'internal', units: ['f1'] };
    const second = { ...free, name: 'second' };
    const rings = { free: ['f1', 'f2', 'f3'], second: ['f2', 'f4'] };
    const frozen = freezeUnits(
      policy({ rings: [free, second, named], pinned: { old: ['f3'], until: 'soak' } }),
      lists({ rings }),
    );
    expect(frozen.rings.map(({ units }) => units)).toEqual([['f2'], ['f4'], ['f1']]);
  });

  it('joins who moves together, over several generations and in circles, leaders first', () => {
    const followers = [
      ['b', 'a'],
      ['c', 'b'],
      ['x', 'z'],
      ['y', 'x'],
      ['z', 'y'],
    ] as const;
    expect(freezeUnits(policy(), lists({ followers })).groups).toEqual([
      ['a', 'b', 'c'],
      ['x', 'y', 'z'],
    ]);
  });

  it('takes whole groups into rings and pins', () => {
    const followers = [
      ['child', 'f1'],
      ['branch', 'bigbank'],
    ] as const;
    const pinned = { old: ['branch'], until: 'soak' } as const;
    const frozen = freezeUnits(policy({ pinned }), lists({ followers }));
    expect(frozen.rings[0]?.units).toEqual(['f1', 'child', 'f2']);
    expect(frozen.pinned.old).toEqual(['bigbank', 'branch']);
  });

  it('refuses an empty ring, and a group that two lists tear apart', () => {
    expect(() => freezeUnits(policy(), lists({ rings: { free: [] } }))).toThrow(
      'ring free is empty: no unit of tenants on users-db meets its `where`',
    );
    const rings = [{ name: 'internal', units: ['a'] }];
    const torn = policy({ rings, pinned: { old: ['b'], until: 'soak' } });
    const followers = [['b', 'a']] as const;
    expect(() => freezeUnits(torn, lists({ followers }))).toThrow(
      'unit `a` is already pinned to the old side, with the units that move together',
    );
  });

  it('is asked for only by policies that need it', () => {
    expect(asksForUnits(policyWith())).toBe(false);
    expect(asksForUnits(policyWith({ rings: [free] }))).toBe(true);
    expect(asksForUnits(policyWith({ unit }))).toBe(true);
  });
});
