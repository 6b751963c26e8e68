import { describe, expect, it } from '@jest/globals';
import type { Standing } from '../protocol/doctor-view.ts';
import type { ListedInstance } from '../protocol/instance-list.ts';
import type { GrantsView, TargetCheckView } from '../protocol/target-view.ts';
import type { Severity } from '../schema-migration/preflight/finding.ts';
import { clockRow } from './clock-row.ts';
import { guardRow, type GuardLook, type MissingSeries } from './guard-row.ts';
import { serviceRows } from './service-rows.ts';
import { targetRow } from './target-row.ts';

describe('two clocks', () => {
  const standing = (aheadMs: number, withinMs = 0): Standing =>
    clockRow({ subject: 'a and b', aheadMs, withinMs }).standing;

  it('are a warning from 2 s apart on, and a fault from a minute on, whichever is ahead', () => {
    expect([0, 1_999, -1_999].map((ms) => standing(ms))).toEqual(['ok', 'ok', 'ok']);
    expect([2_000, -59_999].map((ms) => standing(ms))).toEqual(['warning', 'warning']);
    expect([60_000, -60_000].map((ms) => standing(ms))).toEqual(['fault', 'fault']);
  });

  it('are held against nothing that reading them slowly could have made', () => {
    expect(standing(5_000, 4_000)).toBe('ok');
    expect(standing(7_000, 4_000)).toBe('warning');
  });

  it('are told apart with the direction', () => {
    const row = clockRow({ subject: 'a and b', aheadMs: -90_000, withinMs: 0 });
    expect(row.message).toBe('90 s behind');
  });
});

describe('a service', () => {
  const policy = { name: 'birthdate', services: [{ name: 'api', atLeast: 2 }] };

  function live(instance: string, changes: Partial<ListedInstance> = {}): ListedInstance {
    const runs = { migration: 'birthdate', revision: 1, wanted: 1, safeSide: 'old', draining: 0 };
    return {
      service: 'api',
      instance,
      version: '1.4',
      client: '@crossfade/sdk',
      level: 'confirmed',
      state: 'live',
      straggler: false,
      migrations: [{ ...runs, safeSide: 'old' }],
      flags: null,
      lastSeenAt: 0,
      ...changes,
    };
  }

  const rowFor = (...instances: ListedInstance[]) => {
    const [row] = serviceRows([policy], instances);
    return [row?.standing, row?.message];
  };

  it('is at fault with fewer instances than there must be, silent and others not counted', () => {
    const others = [live('b', { state: 'silent' }), live('c', { service: 'worker' })];
    expect(rowFor(live('a'), ...others)).toEqual(['fault', '1 of at least 2 seen (1.4)']);
    expect(rowFor()).toEqual(['fault', '0 of at least 2 seen']);
  });

  it('is told of once where it is missing to several policies', () => {
    const another = { ...policy, name: 'address' };
    expect(serviceRows([policy, another], [])).toHaveLength(1);
    // What only one of them lacks is told of each.
    expect(serviceRows([policy, another], [live('a'), live('b')])).toHaveLength(2);
  });

  it('is at fault while too few of them know both sides', () => {
    const old = live('b', { version: '1.3', migrations: [] });
    const message = '2 of at least 2 seen (1.3, 1.4), 1 implement birthdate';
    expect(rowFor(live('a'), old)).toEqual(['fault', message]);
  });

  it('has its stragglers named', () => {
    const behind = live('b', { straggler: true });
    const message = '2 of at least 2 seen (1.4), 1 straggler: b';
    expect(rowFor(live('a'), behind)).toEqual(['warning', message]);
  });

  it('is fine otherwise, and of no concern where nobody is routed', () => {
    const message = '2 of at least 2 seen (1.4), all implement birthdate';
    expect(rowFor(live('a'), live('b'))).toEqual(['ok', message]);
    expect(serviceRows([{ ...policy, route: 'none' }], [])).toEqual([]);
  });
});

describe('a target', () => {
  function rowFor(held: readonly boolean[], severities: readonly Severity[]) {
    const findings = severities.map((severity) => ({
      code: 'disk' as const,
      severity,
      table: null,
      message: `it ${severity}`,
      remedy: '',
    }));
    const check: TargetCheckView = {
      target: 'db',
      version: '18.4',
      role: 'crossfade',
      checks: [{ migration: 'm', tables: [], backup: null, growth: 0, findings }],
    };
    const grants = held.map((one, at) => ({ sql: `GRANT ${at}`, purpose: '', held: one }));
    const view: GrantsView = { target: 'db', role: 'crossfade', grants };
    const { standing, message } = targetRow(check, view);
    return [standing, message];
  }

  it('is at fault without a right, and while something blocks', () => {
    const who = 'PostgreSQL 18.4, role crossfade';
    expect(rowFor([true, false], ['blocks'])).toEqual(['fault', `${who}, 1 of 2 rights missing`]);
    expect(rowFor([true], ['warns', 'blocks'])).toEqual(['fault', `${who}, all rights; it blocks`]);
  });

  it('warns of what is to be known, and not of what the target does not say', () => {
    expect(rowFor([true], ['warns', 'unknown'])[0]).toBe('warning');
    expect(rowFor([true], ['unknown'])[0]).toBe('ok');
  });
});

describe('a guard', () => {
  const value = { kind: 'value', value: 0.998, newestAt: 100_000 } as const;

  function look(changes: Partial<GuardLook>) {
    const given = { policy: 'p', guard: 'slo', reading: value, missing: [], now: 110_000 };
    const { standing, message } = guardRow({ ...given, intervalMs: 15_000, ...changes });
    return [standing, message];
  }
  const missing = (what: MissingSeries['what'], query: MissingSeries['query'] = 'value') => ({
    missing: [{ what, query, words: `no ${what}` }],
  });

  it('reads a fresh value, or warns that it is stale', () => {
    expect(look({})).toEqual(['ok', 'reads 0.998, newest sample 10 s old']);
    expect(look({ now: 160_001 })[0]).toBe('warning');
    expect(look({ now: 160_001, intervalMs: 30_000 })[0]).toBe('ok');
  });

  it('is at fault where the metric or the label is not there', () => {
    expect(look(missing('name'))).toEqual(['fault', 'no name']);
    expect(look(missing('label'))[0]).toBe('fault');
    expect(look(missing('name', 'total'))[0]).toBe('fault');
  });

  it('only warns of what may be born with the first request or error', () => {
    expect(look(missing('name', 'bad'))[0]).toBe('warning');
    expect(look(missing('value', 'total'))[0]).toBe('warning');
    expect(look(missing('together'))[0]).toBe('warning');
  });

  it('tells the gravest of several', () => {
    const both = [...missing('value').missing, ...missing('name', 'total').missing];
    expect(look({ missing: both })).toEqual(['fault', 'no name']);
  });

  it('is at fault where the answer is of no use, and warns where there is none yet', () => {
    const doubt = (verdict: 'providerError' | 'noData') =>
      look({ reading: { kind: 'doubt', verdict, reason: 'why' } });
    expect(doubt('providerError')).toEqual(['fault', 'why']);
    expect(doubt('noData')).toEqual(['warning', 'why']);
  });
});
