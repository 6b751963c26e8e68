import { expect, it } from '@jest/globals';
import { isOutage } from './is-outage.ts';

it.each([
  ['nobody listens', 'ECONNREFUSED', true],
  ['the connection ended', '08006', true],
  ['no room for one more', '53300', true],
  ['a full disk', '53100', true],
  ['shutting down', '57P01', true],
  ['starting up', '57P03', true],
  ['a demoted primary', '25006', true],
  ['a row that is there already', '23505', false],
  ['a table that is not there', '42P01', false],
  ['nothing of the kind', undefined, false],
])('%s: %s', (_, code, expected) => {
  expect(isOutage(Object.assign(new Error('x'), { code }))).toBe(expected);
});
