import { z } from 'zod';

import { duration } from '../scalars/duration.ts';
import { name, unitId } from '../scalars/name.ts';
import { oneOf } from '../scalars/one-of.ts';
import { percentage } from '../scalars/percentage.ts';
import { shareSize } from '../scalars/share-size.ts';
import { whole } from '../scalars/whole.ts';
import { exactlyOne } from './exactly-one.ts';
import { hoursShape } from './hours.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

const baked = {
  bake: optional(duration, 'How long the step waits at the least.', '10m'),
  patience: optional(
    duration,
    'How long it waits for its evidence before it is paused for a person.',
    '24h',
  ),
};

const requirement = optional(
  oneOf('notWorse', 'proven'),
  'Evidence that lets the step end. Left out: `proven` at the widest share below 100%, else `notWorse`.',
);

const stepShapes = {
  rehearse: optional(
    mapping({
      on: optional(
        name,
        'Target that holds a clone, to try it there in place of the real one: a restored dump, or a replica that was promoted.',
      ),
    }),
    'Tries the schema migration on copies of its tables; nothing begins while that fails.',
  ),
  expand: optional(mapping({}), 'Adds the new shape beside the old one.'),
  backfill: optional(
    mapping({
      batchTime: optional(duration, 'Time that one batch should take.', '100ms'),
      during: optional(
        z.array(mapping(hoursShape)).min(1, { error: 'expected at least one window' }),
        'Hours in which it works; it waits outside of them. At any time when left out.',
      ),
    }),
    'Fills the new shape for existing rows.',
  ),
  verify: optional(
    mapping({ parity: optional(oneOf('full'), 'Which rows are compared.', 'full') }),
    'Compares both shapes row by row.',
  ),
  shadow: optional(
    mapping({
      sample: optional(percentage, 'Part of the pure reads that is compared.', '10%'),
      ...baked,
    }),
    'Reads the new side beside the old one and compares the answers; nobody is served by it.',
  ),
  ring: optional(
    mapping({
      name: required(name, 'Ring that is released.'),
      ...baked,
      require: requirement,
    }),
    'Releases an explicit list of units.',
  ),
  share: optional(
    mapping({
      to: required(shareSize, 'How much of the remaining units is served by the new side.'),
      order: optional(
        oneOf('hash', 'smallestTraffic'),
        'Who goes first in a count of units or a share below 1%: by hash, or those with the fewest requests.',
        'hash',
      ),
      ...baked,
      require: requirement,
    }).refine(({ to, order }) => order === undefined || !('percent' in to), {
      path: ['order'],
      error:
        'a share from 1% is chosen by hash; leave `order` out, or write a count such as `to: 5 units`',
    }),
    'Releases part of the remaining units.',
  ),
  approve: optional(
    mapping({
      role: required(oneOf('operator', 'approver', 'admin'), 'Who may approve, at the least.'),
      quorum: optional(whole(1), 'How many different persons must approve.', 1),
      expires: optional(
        duration,
        'How long an approval is good for; then it is asked for anew.',
        '24h',
      ),
    }),
    'Asks persons last of all whether the step before it may be left.',
  ),
  drill: optional(
    mapping({
      unit: required(unitId, 'Who is moved to the new side and back.'),
      maxAge: optional(
        duration,
        'How old a drill that passed may be, also of an earlier attempt; held in every attempt when left out.',
      ),
    }),
    'Moves one unit to the new side and back before `shadow` is left, and measures both ways.',
  ),
  soak: optional(
    mapping({ for: optional(duration, 'How long everybody stays on the new side.', '7d') }),
    'Serves everybody from the new side while the way back stays open.',
  ),
  contract: optional(
    mapping({
      approve: optional(
        oneOf('none', 'operator', 'approver', 'admin'),
        'Who must confirm by `crossfade complete`; `none` lets the machine go on by itself.',
        'admin',
      ),
      trashFor: optional(duration, 'How long what it took away is kept under another name.', '14d'),
    }),
    'Takes the old shape away. The point of no return.',
  ),
};

/** One step of the plan: a mapping with the step's name as its only key. */
export const stepSchema = mapping(stepShapes)
  .refine(
    ...exactlyOne(
      Object.keys(stepShapes),
      'a step is one key, such as `expand: {}`; give each step its own list item',
    ),
  )
  .meta({
    id: 'Step',
    description: 'One step of the plan: a mapping with one of these keys.',
    minProperties: 1,
    maxProperties: 1,
  });

export type StepInput = z.output<typeof stepSchema>;

export const stepsSchema = z.array(stepSchema).min(1, { error: 'expected at least one step' });
