import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { always, countKeys, isMapping } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';
import { enforce } from './enforce.ts';

export const addCheck = mapping({
  table: required(sqlName, 'Table whose rows fulfil it.'),
  name: required(sqlName, 'Name of the constraint.'),
  check: required(
    sqlExpression,
    'SQL condition over the row; what is not known counts as fulfilled.',
  ),
  enforce,
  column: optional(sqlName, 'Column of which the new version gets one of its own, with `up`.'),
  up: optional(sqlExpression, 'SQL expression over the old columns that fulfils the condition.'),
  down: optional(
    sqlExpression,
    'SQL expression in which the column is the new value. Left out: as it is.',
  ),
})
  .refine((value) => goTogether(value), {
    ...always,
    error: 'write `column` and `up` together, and `down` only with them',
  })
  .refine((value) => !(countKeys(value, ['up']) > 0 && value.enforce === 'expand'), {
    ...always,
    path: ['enforce'],
    error: 'with `up` the old version does not keep it; leave `enforce` out',
  });

function goTogether(value: unknown): boolean {
  const pair = countKeys(value, ['column', 'up']);
  return !isMapping(value) || pair === 2 || (pair === 0 && countKeys(value, ['down']) === 0);
}
