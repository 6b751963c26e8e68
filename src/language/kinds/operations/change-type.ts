import { existingName } from '../../scalars/existing-name.ts';
import { text } from '../../scalars/name.ts';
import { lossy } from '../../scalars/lossy.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const changeType = mapping({
  table: required(existingName, 'Table that the column belongs to.'),
  column: required(existingName, 'Column whose values change; its name stays.'),
  type: required(text, 'PostgreSQL type of the new values.'),
  up: optional(text, 'SQL expression over the old columns. Left out: a cast.'),
  down: optional(text, 'SQL expression in which the column is the new value. Left out: a cast.'),
  lossy: optional(
    lossy,
    'Says that values do not come back: after `up`, after `down`, or after either.',
  ),
});
