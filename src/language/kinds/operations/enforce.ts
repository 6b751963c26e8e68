import { oneOf } from '../../scalars/one-of.ts';
import { optional } from '../key.ts';

/** When a constraint begins to refuse rows. */
export const enforce = optional(
  oneOf('expand', 'contract'),
  'Since when it refuses rows: `contract`, as no write of the old version may fail; or `expand`, where the old version keeps it already.',
  'contract',
);
