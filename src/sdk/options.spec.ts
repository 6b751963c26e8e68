import { describe, expect, it } from '@jest/globals';
import { isClientError } from './not-an-error.ts';
import { settingsOf } from './options.ts';

const needed = { url: 'http://crossfade.internal:4400/base', token: 't', service: 'users-api' };

describe('settingsOf', () => {
  it('fills in the defaults', () => {
    expect(settingsOf(needed)).toMatchObject({
      maxStaleMs: 900_000,
      freezeAfterMs: 2_000,
      operationLimitMs: 5_000,
      heartbeatMs: 1_000,
      routeRow: null,
    });
  });

  it('gives each process a name of its own, also under a name that was given', () => {
    const names = [1, 2].map(() => settingsOf({ ...needed, instance: 'pod-7' }).instance);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^pod-7-[0-9a-f]{8}$/);
  });

  it.each([
    ['url', 'crossfade.internal'],
    ['url', 'ftp://crossfade'],
    ['token', ''],
    ['service', ''],
    ['maxStaleMs', 0],
    ['freezeAfterMs', 100],
    ['operationLimitMs', 99],
    ['heartbeatMs', Number.NaN],
  ])('refuses %s %j by name', (option, value) => {
    expect(() => settingsOf({ ...needed, [option]: value })).toThrow(
      expect.objectContaining({
        code: 'invalidInput',
        message: expect.stringContaining(`option ${option} is `),
      }),
    );
  });
});

describe('isClientError', () => {
  it.each([
    [{ status: 404 }, true],
    [{ statusCode: 409 }, true],
    [{ getStatus: () => 422 }, true],
    [{ status: 500 }, false],
    [{ status: 399 }, false],
    [{ status: '404' }, false],
    [new Error('column does not exist'), false],
    [null, false],
    ['404', false],
  ])('%j: %s', (error, expected) => {
    expect(isClientError(error)).toBe(expected);
  });
});
