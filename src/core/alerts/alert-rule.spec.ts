import { describe, expect, it } from '@jest/globals';
import { actionOn, type AlertRule, rulesOf } from './alert-rule.ts';

const page: AlertRule = { match: { service: 'users', severity: 'page' }, do: 'rollback' };
const ticket: AlertRule = { match: { service: 'users' }, do: 'notify' };

function action(
  labels: Readonly<Record<string, string>>,
  rules: readonly AlertRule[] = [page, ticket],
  isPartial = false,
): string | null {
  return actionOn(rules, { labels, isPartial });
}

describe('what an alert causes', () => {
  it('is the gravest of the rules whose labels it has, all of them', () => {
    expect(action({ service: 'users', severity: 'page' })).toBe('rollback');
    expect(action({ service: 'users', severity: 'page' }, [ticket, page])).toBe('rollback');
    expect(action({ service: 'users', severity: 'info' })).toBe('notify');
    expect(action({ service: 'users' })).toBe('notify');
    expect(action({ service: 'other', severity: 'page' })).toBeNull();
    expect(action({})).toBeNull();
  });

  it('is less where the alert asks for less, and never more than the rule allows', () => {
    const labels = { service: 'users', severity: 'page' };
    expect(action({ ...labels, rollout_action: 'pause' })).toBe('hold');
    expect(action({ ...labels, rollout_action: 'notify' })).toBe('notify');
    expect(action({ ...labels, rollout_action: 'rollback' }, [ticket])).toBe('notify');
    expect(action({ ...labels, rollout_action: 'explode' })).toBe('rollback');
  });

  it("is nothing for Crossfade's own alerts", () => {
    expect(action({ service: 'users', severity: 'page', source: 'crossfade' })).toBeNull();
  });

  it('holds for alerts that were left out, where they could match by what is known of them', () => {
    expect(action({ service: 'users' }, [page], true)).toBe('hold');
    expect(action({}, [page], true)).toBe('hold');
    expect(action({ service: 'other' }, [page], true)).toBeNull();
    expect(action({}, [ticket], true)).toBe('notify');
  });

  it('does not take what every object has for a label', () => {
    expect(action({}, [{ match: { constructor: 'x' }, do: 'rollback' }])).toBeNull();
    expect(action({ rollout_action: 'toString', service: 'users' })).toBe('notify');
  });
});

describe('the rules of a policy', () => {
  it('are those of its own, or else that an alert names it', () => {
    expect(rulesOf({ name: 'users-birthdate' })).toEqual([
      { match: { rollout: 'users-birthdate' }, do: 'rollback' },
    ]);
    expect(rulesOf({ name: 'users-birthdate', alerts: [] })).toEqual([]);
    expect(rulesOf({ name: 'users-birthdate', alerts: [page] })).toEqual([page]);
  });
});
