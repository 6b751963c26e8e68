import { expect, it } from '@jest/globals';
import { isOutage } from './is-outage.ts';

it.each([
  ['nobody listens', 'ECONNREFUSED', true],
  ['a cut connection', 'EPIPE', true],
  ['no answer', 'ETIMEDOUT', true],
  ['a name that nobody knows', 'ENOTFOUND', true],
  ['a name server that is away', 'EAI_AGAIN', true],
  ['a database that lets nobody in', '55000', true],
  ['the connection ended', '08006', true],
  ['no room for one more', '53300', true],
  ['a full disk', '53100', true],
  ['shutting down', '57P01', true],
  ['starting up', '57P03', true],
  ['a demoted primary', '25006', true],
  ['a row that is there already', '23505', false],
  ['a table that is not there', '42P01', false],
  ['a code that only ends like one', '2208', false],
  ['nothing of the kind', undefined, false],
])('%s: %s', (_, code, expected) => {
  expect(isOutage(Object.assign(new Error('x'), { code }))).toBe(expected);
});
