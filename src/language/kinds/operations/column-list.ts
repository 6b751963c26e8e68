import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';

/** Columns of a key, in order, each once. */
export const columnList = z
  .array(sqlName)
  .min(1, { error: 'expected at least one column' })
  .refine((names) => new Set(names).size === names.length, { error: 'name each column once' });
