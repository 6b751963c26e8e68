import { z } from 'zod';

import { whole } from '../scalars/whole.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

/** As many as are ever tried. */
const AT_MOST = 500;

/** What an application runs, as `pg_stat_statements` has it or as a person wrote it down. */
export const oldStatementsSchema = z
  .array(
    mapping({
      sql: required(
        z.string().trim().min(1, { error: 'expected one SQL statement' }),
        'One statement; `$1` stands for a parameter.',
      ),
      calls: optional(whole(0), 'How often it ran, as far as anybody counted.'),
    }),
  )
  .max(AT_MOST, { error: `expected at most ${AT_MOST} statements, those with most calls` });
