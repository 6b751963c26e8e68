import { z } from 'zod';

import { CrossfadeError } from '../../../core/errors.ts';
import { checkedStatements } from '../../../core/schema-migration/sql/checked-statements.ts';
import type { SqlPart } from '../../../core/schema-migration/sql/statement-rules.ts';
import { sqlName } from '../../scalars/sql-name.ts';
import { always, countKeys } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

/** Statements for one part; what is known against one of them is said at its key. */
const statements = (part: SqlPart) =>
  z
    .string({ error: 'expected SQL statements' })
    .min(1, { error: 'expected at least one statement' })
    .max(65_536, { error: 'expected at most 65536 characters' })
    .superRefine((text, context) => {
      try {
        checkedStatements(text, part);
      } catch (fault) {
        if (!(fault instanceof CrossfadeError)) throw fault;
        context.addIssue({ code: 'custom', message: fault.message.replace(/\.$/, '') });
      }
    });

export const sql = mapping({
  tables: required(
    z.array(sqlName).min(1, { error: 'expected at least one table' }),
    'Tables that the statements are about; none of them is locked while somebody would be kept waiting.',
  ),
  expand: optional(statements('expand'), 'SQL statements that make room for the new version.'),
  contract: optional(statements('contract'), 'SQL statements that end the time of the old one.'),
  down: optional(
    statements('down'),
    'SQL statements that take back what `expand` did, after a rollback.',
  ),
})
  .refine((value) => countKeys(value, ['expand', 'contract']) > 0, {
    ...always,
    error: 'say what is to be done: write `expand`, `contract` or both',
  })
  .refine((value) => countKeys(value, ['expand']) === countKeys(value, ['down']), {
    ...always,
    error: 'write `expand` and `down` together: a rollback takes back what expand did',
  });
