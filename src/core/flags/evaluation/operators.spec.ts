import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unleashEvaluatorOf } from '../../../../test/support/unleash-evaluator.ts';
import { isInRange } from './address-range.ts';
import { compareVersions } from './compare-versions.ts';
import { constraintHolds, OPERATOR_NAMES } from './operators.ts';
import { parseInstant } from './parse-instant.ts';

const world = { now: 0, random: () => 0, hostname: '', regex: () => null };

/** What the operator of the real unleash-client says of a value. */
function theirs(operator: string, value: string, given: string): boolean {
  const constraint = { contextName: 'it', operator, value, values: [value] };
  const strategies = [{ name: 'default', constraints: [constraint] }];
  const state = { features: [{ name: 'f', enabled: true, strategies }], segments: [] };
  return unleashEvaluatorOf(state)('f', { properties: { it: given } }).feature_enabled;
}

describe('compareVersions', () => {
  const part = fc.nat({ max: 12 }).map(String);
  const identifier = fc.oneof(part, fc.constantFrom('alpha', 'beta', 'rc-1', 'x', 'a0'));
  const version = fc
    .tuple(part, part, part, fc.array(identifier, { maxLength: 3 }), fc.boolean())
    .map(([major, minor, patch, pre, build]) => {
      const preRelease = pre.length === 0 ? '' : `-${pre.join('.')}`;
      return `${major}.${minor}.${patch}${preRelease}${build ? '+build.7' : ''}`;
    });

  it('orders as unleash-client does', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = compareVersions(a, b) ?? Number.NaN;
        expect(order < 0).toBe(theirs('SEMVER_LT', b, a));
        expect(order > 0).toBe(theirs('SEMVER_GT', b, a));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['1.2', 'v1.2.3', '1.2.3.4', '01.2.3', '1.2.3-', '1.2.3-01', '', '9'.repeat(300)])(
    'takes no %.20s',
    (text) => expect(compareVersions(text, '1.2.3')).toBeNull(),
  );
});

describe('isInRange', () => {
  it.each([
    ['4', fc.ipV4(), 32],
    ['6', fc.ipV6(), 128],
  ] as const)('holds what unleash-client holds, version %s', (_version, address, all) => {
    fc.assert(
      fc.property(address, address, fc.nat({ max: all }), (one, other, bits) => {
        const range = `${other}/${bits}`;
        expect(isInRange(one, range)).toBe(theirs('IN_CIDR', range, one));
        expect(isInRange(one, `${one}/${bits}`)).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1/33',
    '10.0.0.1/8/8',
    '1::2::3',
    'x::',
  ])('takes no %s', (text) =>
    expect(isInRange(text, '0.0.0.0/0') || isInRange(text, '::/0')).toBe(false),
  );
});

describe('parseInstant', () => {
  it('reads every instant as the platform does', () => {
    const year = (name: string): Date => new Date(`${name}T00:00:00Z`);
    const bounds = { min: year('1600-01-01'), max: year('2400-01-01'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(bounds), fc.constantFrom('Z', '+02:00', '-05:30'), (date, zone) => {
        const text = `${date.toISOString().slice(0, -1)}${zone}`;
        expect(parseInstant(text)).toBe(Date.parse(text));
      }),
    );
  });

  it.each(['', 'soon', '2026-13-01', '2026-02-29', '2026-01-01T24:00:00Z', '2026-01-01T10:60Z'])(
    'takes no %s',
    (text) => expect(parseInstant(text)).toBeNull(),
  );
});

describe('constraintHolds', () => {
  it('knows nineteen operators', () => expect(OPERATOR_NAMES).toHaveLength(19));

  it('inverts what an operator says, and never makes an unknown one true', () => {
    const holds = (operator: string, inverted: boolean): boolean =>
      constraintHolds({ contextName: 'userId', operator, values: ['1'], inverted }, {}, world);
    expect([holds('IN', false), holds('IN', true)]).toEqual([false, true]);
    expect([holds('toString', false), holds('toString', true)]).toEqual([false, false]);
  });

  it('looks only at what the context was given', () => {
    const properties = { plan: 'gold' };
    const constraint = (contextName: string, value: string) =>
      constraintHolds({ contextName, operator: 'IN', values: [value] }, { properties }, world);
    expect(constraint('plan', 'gold')).toBe(true);
    expect(constraint('constructor', String(Object))).toBe(false);
  });
});
