import { describe, expect, it } from '@jest/globals';
import { parseCommand } from './rollout-requests.ts';

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
