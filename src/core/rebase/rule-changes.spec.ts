import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { Window } from '../policy/window.ts';
import { ruleChanges } from './rule-changes.ts';

const day: Window = { days: [], from: 540, to: 960, timezone: 'UTC', offHours: 'keep' };
const night: Window = { ...day, from: 0, to: 60 };
const christmas = { from: '2026-12-24', to: '2026-12-26', timezone: 'UTC' };
const page = { match: { severity: 'page' }, do: 'rollback' as const };

describe('rules that say otherwise', () => {
  it.each<[string, Partial<Policy>, Partial<Policy>, boolean]>([
    ['a failing guard only holds', {}, { onFail: 'hold' }, true],
    ['a failing guard rolls back', { onFail: 'notify' }, { onFail: 'hold' }, false],
    ['silence only holds', { onNoData: 'rollback' }, { onNoData: 'hold' }, true],
    ['silence rolls back', {}, { onNoData: 'rollback' }, false],
    ['a window is gone, and it was the only one', { windows: [day] }, {}, true],
    ['a window is gone', { windows: [day, night] }, { windows: [day] }, false],
    ['one more window', { windows: [day] }, { windows: [day, night] }, true],
    ['a first window', {}, { windows: [day] }, false],
    [
      'a window keeps who is out',
      { windows: [{ ...day, offHours: 'retreat' }] },
      { windows: [day] },
      true,
    ],
    ['a blackout is gone', { blackouts: [christmas] }, {}, true],
    ['a blackout is new', {}, { blackouts: [christmas] }, false],
    ['an alert does less', { alerts: [page] }, { alerts: [{ ...page, do: 'hold' }] }, true],
    ['an alert does more', { alerts: [{ ...page, do: 'hold' }] }, { alerts: [page] }, false],
    ['alerts that name it do nothing', {}, { alerts: [page] }, true],
    [
      'one more alert',
      { alerts: [page] },
      { alerts: [page, { match: { a: 'b' }, do: 'hold' }] },
      false,
    ],
    ['nobody is paged', { notify: { page: ['a'], info: [] } }, {}, true],
    [
      'others are told',
      { notify: { page: ['a'], info: [] } },
      { notify: { page: ['a'], info: ['b'] } },
      false,
    ],
    ['a shape that is kept for less long', {}, { keepForRetryMs: 1 }, false],
    ['a queue instead of a refusal', {}, { onConflict: 'queue' }, false],
  ])('know whether it loosens: %s', (_, before, after, loosens) => {
    const found = ruleChanges({ ...examplePolicy, ...before }, { ...examplePolicy, ...after });
    expect(found).toMatchObject([{ loosens }]);
    expect(found[0]?.words).not.toBe('');
  });

  it('say nothing of what is the same', () => {
    const alerts = [{ match: { rollout: examplePolicy.name }, do: 'rollback' as const }];
    expect(ruleChanges(examplePolicy, { ...examplePolicy, alerts })).toEqual([]);
  });
});
