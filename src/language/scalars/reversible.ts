import { boundOf } from '../../core/schema-migration/border-watch.ts';
import { optional, required } from '../kinds/key.ts';
import { mapping } from '../kinds/mapping.ts';
import { duration } from './duration.ts';
import { sqlExpression } from './sql-expression.ts';

/** The point of no return by value. */
export const reversible = mapping(
  {
    while: required(
      sqlExpression,
      'SQL condition on the new value alone. Past it a rollback would lose data: the rollout freezes.',
    ),
    warnBefore: optional(
      duration,
      'People are told so long before a value passes it at the present pace. Left out: not before.',
    ),
  },
  'expected the condition under which a rollback loses nothing, such as `{ while: id <= 2147483647 }`',
).refine((value) => value.warnBefore === undefined || boundOf(value.while) !== null, {
  path: ['warnBefore'],
  error:
    'only where `while` compares the column with a number, as in `id <= 2147483647`, can be foreseen when a value passes it',
});
