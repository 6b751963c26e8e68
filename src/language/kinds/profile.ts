import { z } from 'zod';

import { duration } from '../scalars/duration.ts';
import { oneOf } from '../scalars/one-of.ts';
import { backupSchema } from './backup.ts';
import { documentSchema } from './document-schema.ts';
import { evidenceSchema } from './evidence.ts';
import { failAction, guardSchema } from './guard.ts';
import { optional } from './key.ts';
import { stepsSchema } from './step.ts';
import { mapping } from './mapping.ts';

/** The keys that a policy takes from its profile when it leaves them out. */
export const profileShape = {
  guards: optional(z.array(guardSchema), 'What is watched.', ['errors', 'latency', 'mismatches']),
  evidence: optional(evidenceSchema, 'What evidence must amount to.'),
  steps: optional(stepsSchema, 'The plan.'),
  onFail: optional(failAction, 'What a failing guard causes.', 'rollback'),
  onNoData: optional(oneOf('hold', 'rollback'), 'What missing evidence causes.', 'hold'),
  backup: optional(
    backupSchema,
    'What is saved of the touched tables before expand creates anything; `none` where the profile asks for it.',
    'none',
  ),
  keepForRetry: optional(duration, 'How long the new shape is kept after a rollback.', '24h'),
};

/** Values that several services share. */
export const profileSchema = documentSchema(
  'Profile',
  mapping(profileShape),
  'Values that fill in what a policy leaves out. A list in the policy replaces the whole list here.',
);
