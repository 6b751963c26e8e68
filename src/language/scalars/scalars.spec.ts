import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';

import { duration } from './duration.ts';
import { identifier } from './identifier.ts';
import { sqlName } from './sql-name.ts';
import { latencyBound } from './latency-bound.ts';
import { mismatchBound } from './mismatch-bound.ts';
import { flagName, name } from './name.ts';
import { budget, percentage, points } from './percentage.ts';
import { shareSize } from './share-size.ts';
import { size } from './size.ts';
import { date, timeOfDay, timeZone } from './time.ts';

const good: readonly [string, z.ZodType, unknown, unknown][] = [
  ['duration', duration, '0s', 0],
  ['duration', duration, '500ms', 500],
  ['duration', duration, '60s', 60_000],
  ['duration', duration, '10m', 600_000],
  ['duration', duration, '1h', 3_600_000],
  ['duration', duration, '7d', 604_800_000],
  ['percentage', percentage, '0%', 0],
  ['percentage', percentage, '10%', 0.1],
  ['percentage', percentage, '99.5%', 0.995],
  ['percentage', percentage, '100%', 1],
  ['budget', budget, '1%', 0.01],
  ['points', points, '0.05pp', 0.0005],
  ['points', points, '2pp', 0.02],
  ['size', size, '0kB', 0],
  ['size', size, '500MB', 500 * 1024 ** 2],
  ['size', size, '100TB', 100 * 1024 ** 4],
  ['share', shareSize, '1%', { percent: 1 }],
  ['share', shareSize, '100%', { percent: 100 }],
  ['share', shareSize, '1 unit', { units: 1 }],
  ['share', shareSize, '30 units', { units: 30 }],
  ['share', shareSize, '0.5%', { part: 0.005 }],
  ['share', shareSize, '0.025%', { part: 0.00025 }],
  ['latency', latencyBound, '5% or 2ms', { part: 0.05, atLeastMs: 2 }],
  ['latency', latencyBound, '100% or 1s', { part: 1, atLeastMs: 1000 }],
  ['latency', latencyBound, '20%', { part: 0.2, atLeastMs: 0 }],
  ['latency', latencyBound, '50ms', { part: 0, atLeastMs: 50 }],
  ['mismatches', mismatchBound, 0, 0],
  ['mismatches', mismatchBound, '1 in 100000', 0.00001],
  ['time', timeOfDay, '00:00', 0],
  ['time', timeOfDay, '23:59', 1439],
  ['zone', timeZone, 'Europe/Berlin', 'Europe/Berlin'],
  ['zone', timeZone, 'UTC', 'UTC'],
  ['date', date, '2028-02-29', '2028-02-29'],
  ['identifier', identifier, '_a1', '_a1'],
  ['identifier', identifier, 'a'.repeat(63), 'a'.repeat(63)],
  ...['tenantId', 'tenantid', 'Due Date', 'Invoice.v2', 'select', '1a', 'ü'.repeat(31)].map(
    (value) => ['SQL name', sqlName, value, value] as [string, z.ZodType, unknown, unknown],
  ),
  ['name', name, 'users-v1.2', 'users-v1.2'],
  ['flag', flagName, 'Users_birthdate~1', 'Users_birthdate~1'],
];

const bad: readonly [string, z.ZodType, unknown][] = [
  ...['10', '10 m', '-1s', '1.5h', '1w', 's', '', '3651d', '9999999999s', 10].map(
    (value) => ['duration', duration, value] as [string, z.ZodType, unknown],
  ),
  ['percentage', percentage, '100.1%'],
  ['percentage', percentage, '-1%'],
  ['percentage', percentage, 0.1],
  ['budget', budget, '0%'],
  ['budget', budget, '50%'],
  ['points', points, '2%'],
  ['points', points, '101pp'],
  ...['101TB', '10', '10 GB', '1.5GB', '10gb', '10GiB', '-1MB', 10].map(
    (value) => ['size', size, value] as [string, z.ZodType, unknown],
  ),
  ['share', shareSize, '0%'],
  ['share', shareSize, '0.0%'],
  ['share', shareSize, '0.50%'],
  ['share', shareSize, '101%'],
  ['share', shareSize, '2.5%'],
  ['share', shareSize, '0 units'],
  ['share', shareSize, '3'],
  ['latency', latencyBound, ' or '],
  ['latency', latencyBound, ''],
  ['latency', latencyBound, '5% and 2ms'],
  ['latency', latencyBound, '2ms or 5%'],
  ['mismatches', mismatchBound, 1],
  ['mismatches', mismatchBound, '0'],
  ['mismatches', mismatchBound, '1 in 0'],
  ['mismatches', mismatchBound, '2 in 100'],
  ['time', timeOfDay, '24:00'],
  ['time', timeOfDay, '9:00'],
  ['zone', timeZone, 'Europe/Berlinn'],
  ['date', date, '2026-02-29'],
  ['date', date, '24.12.2026'],
  ['zone', timeZone, '+01:00'],
  ['zone', timeZone, 'europe/berlin'],
  ['identifier', identifier, 'Users'],
  ['identifier', identifier, '1a'],
  ['identifier', identifier, 'a"b'],
  ['identifier', identifier, 'a'.repeat(64)],
  ['identifier', identifier, ''],
  ...['', 'a\0b', 'a'.repeat(64), 'ü'.repeat(32), '"tenantId"', 'a"b', 'a$crossfade$', 5].map(
    (value) => ['SQL name', sqlName, value] as [string, z.ZodType, unknown],
  ),
  ['name', name, '-a'],
  ['name', name, 'a-'],
  ['name', name, 'a'.repeat(64)],
  ['flag', flagName, 'a b'],
];

describe('written values', () => {
  it.each(good)('%s %#: takes %j', (_, schema, ...[value, expected]) => {
    expect(schema.parse(value)).toEqual(expected);
  });

  it.each(bad)('%s %#: refuses what is not of its form', (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
