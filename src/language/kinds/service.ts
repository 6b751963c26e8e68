import { name } from '../scalars/name.ts';
import { whole } from '../scalars/whole.ts';
import { documentSchema } from './document-schema.ts';
import { optional, required } from './key.ts';
import { oldStatementsSchema } from './old-statement.ts';
import { unitSchema } from './unit.ts';
import { mapping } from './mapping.ts';

/** An application that uses a target. */
export const serviceSchema = documentSchema(
  'Service',
  mapping({
    target: required(name, 'Target whose data the service reads and writes.'),
    atLeast: optional(whole(1), 'Fewest instances that it has when all is well.', 1),
    unit: optional(unitSchema, 'What its rollouts route by.'),
    statements: optional(
      oldStatementsSchema,
      'Statements that it runs, besides those that the target has counted. Nothing begins that would break one.',
    ),
    profile: optional(name, 'Profile that fills in what a policy leaves out.', 'standard'),
  }),
  'An application that uses a target, with the number of instances it has at least.',
);
