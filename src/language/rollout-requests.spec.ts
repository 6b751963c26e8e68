import { describe, expect, it } from '@jest/globals';
import { parseCommand, parseRebase, parseRebaseQuery } from './rollout-requests.ts';

const parse = (body: object): object =>
  parseCommand(body, 'users-birthdate', { name: '1', person: null });

describe('a command with details', () => {
  it('has all of its own', () => {
    const dismissal = { verb: 'dismiss', alert: '3fa1b2c4d5e6', reason: 'a test' };
    expect(parse(dismissal)).toMatchObject(dismissal);
    const override = { verb: 'override', guard: 'errors', forMs: 60_000, reason: 'a test' };
    expect(parse({ ...override, by: 'alice' })).toMatchObject({
      ...override,
      by: 'alice (token 1)',
    });
  });

  it.each([
    [{ verb: 'dismiss', reason: 'x' }, 'a dismissal names the id of an alert and a reason'],
    [
      { verb: 'dismiss', alert: '3fa1b2c4d5e6' },
      'a dismissal names the id of an alert and a reason',
    ],
    [{ verb: 'dismiss', alert: 'CheckoutErrors', reason: 'x' }, 'the id of an alert'],
    [{ verb: 'override', guard: 'errors', reason: 'x' }, 'an override names guard, forMs'],
    [{ verb: 'override', guard: 'errors', forMs: 60_000 }, 'an override names guard, forMs'],
    [{ verb: 'pause', guard: 'errors' }, 'guard does not belong to pause'],
    [{ verb: 'override', alert: '3fa1b2c4d5e6', reason: 'x' }, 'alert does not belong to override'],
  ])('and nothing else: %j', (body, message) => {
    expect(() => parse(body)).toThrow(message);
  });
});

describe('a rebase', () => {
  const read = (body: unknown): object => parseRebase(body, { name: '1', person: null });

  it('names a revision, or none, and who asks', () => {
    expect(read(undefined)).toEqual({ by: 'token 1', reason: null, requestId: null });
    const whole = { revision: '0123456789ab', confirm: true, from: 'r1', requestId: 'one' };
    expect(read({ ...whole, reason: 'why', by: 'alice' })).toEqual({
      ...whole,
      reason: 'why',
      by: 'alice (token 1)',
    });
    expect(parseRebaseQuery({ revision: '0123456789ab' })).toEqual({ revision: '0123456789ab' });
  });

  it('carries no revision of the caller’s own making', () => {
    expect(() => read({ onto: {} })).toThrow('onto');
    expect(() => read({ revision: 'newest' })).toThrow('12 hexadecimal digits');
    expect(() => parse({ verb: 'rebase' })).toThrow('verb');
    expect(() => parse({ verb: 'pause', onto: {} })).toThrow('onto');
    expect(() => parseRebaseQuery({ confirm: 'true' })).toThrow('confirm');
  });
});
