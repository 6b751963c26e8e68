import { expect, it } from '@jest/globals';
import { lossyDowns } from './lossy-down.ts';
import type { ChangeType, Operation } from './operation.ts';
import { migrationOf } from './users-catalog.fixture.ts';

function changed(column: string, lossy?: ChangeType['lossy']): Operation {
  const type = { operation: 'changeType', table: 'users', column, type: 'text' } as const;
  return { ...type, up: column, down: column, ...(lossy === undefined ? {} : { lossy }) };
}

it('names the columns of which the old version reads less than the new one wrote', () => {
  const nullable = { operation: 'dropNotNull', table: 'users', column: 'e', down: `''` } as const;
  const dropped = { operation: 'dropTable', table: 'old' } as const;
  const operations = [
    changed('a'),
    changed('b', 'up'),
    changed('c', 'down'),
    changed('d', 'both'),
    nullable,
    dropped,
  ];
  expect(lossyDowns(migrationOf(...operations))).toEqual(['users.c', 'users.d', 'users.e']);
});
