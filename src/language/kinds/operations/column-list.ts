import { z } from 'zod';

import { existingName } from '../../scalars/existing-name.ts';

/** Columns of a key, in order, each once. */
export const columnList = z
  .array(existingName)
  .min(1, { error: 'expected at least one column' })
  .refine((names) => new Set(names).size === names.length, { error: 'name each column once' });
