import { z } from 'zod';

import { identifier } from '../scalars/identifier.ts';
import { text } from '../scalars/name.ts';
import { oneOf } from '../scalars/one-of.ts';
import { optional } from './key.ts';
import { mapping } from './mapping.ts';

/** What is routed and sticks. */
export const unitSchema = mapping({
  key: optional(text, "Context field that holds the unit's id, for example `tenantId`."),
  columns: optional(
    z.record(identifier, identifier),
    'For each table, the column that holds the unit.',
    {},
  ),
  without: optional(
    oneOf('old', 'new', 'refuse'),
    'What becomes of a call that belongs to no unit.',
    'old',
  ),
});
