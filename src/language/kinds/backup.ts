import { z } from 'zod';

import { duration } from '../scalars/duration.ts';
import { oneOf } from '../scalars/one-of.ts';
import { size } from '../scalars/size.ts';
import { optional } from './key.ts';
import { mapping } from './mapping.ts';

const backup = mapping({
  to: optional(
    oneOf('files', 'target'),
    'Files on the machine of the server, or the schema `crossfade_backup` of the target.',
    'files',
  ),
  verify: optional(
    z.boolean({ error: 'expected `true` or `false`' }),
    'Whether it is restored into temporary tables and compared, before anything is created.',
    true,
  ),
  atMost: optional(size, 'A larger one holds.', '10GB'),
  keepFor: optional(duration, 'How long it is kept; never shorter than its rollout lives.', '14d'),
});

/** What is saved before anything is created. */
export const backupSchema = z.union([oneOf('none'), backup]);
