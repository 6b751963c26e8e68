import { z } from 'zod';

import { sqlName } from '../scalars/sql-name.ts';
import { text } from '../scalars/name.ts';
import { oneOf } from '../scalars/one-of.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

/** What is routed and sticks. */
export const unitSchema = mapping({
  key: optional(text, "Context field that holds the unit's id, for example `tenantId`."),
  columns: optional(
    z.record(sqlName, sqlName),
    'For each table, the column that holds the unit.',
    {},
  ),
  from: optional(
    mapping({
      table: required(sqlName, 'Table of the target with a row for each unit.'),
      id: required(sqlName, "Column with the unit's id, as requests carry it."),
      together: optional(
        sqlName,
        'Column with the id of the unit that this one changes sides with, such as its parent.',
      ),
    }),
    'Where all units are known. Read when an attempt starts.',
  ),
  without: optional(
    oneOf('old', 'new', 'refuse'),
    'What becomes of a call that belongs to no unit.',
    'old',
  ),
});
