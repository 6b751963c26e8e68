import { z } from 'zod';

import { duration } from '../scalars/duration.ts';
import { oneOf } from '../scalars/one-of.ts';
import { budget } from '../scalars/percentage.ts';
import { whole } from '../scalars/whole.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

const quarantine = mapping({
  quarantine: required(
    mapping({
      atMost: required(
        whole(1),
        'Most units that may be held on the old side at a time; one more rolls back.',
      ),
    }),
    'Sends the units back alone.',
  ),
});

/** What evidence must amount to. */
export const evidenceSchema = mapping({
  falseRollbackBudget: optional(
    budget,
    'Chance that a healthy rollout is rolled back, over all compare guards and all looks.',
    '1%',
  ),
  falsePromoteBudget: optional(budget, 'Chance that harm is taken for "not worse".', '1%'),
  minimum: optional(
    mapping({
      requests: optional(whole(0), 'Fewest operations in each cohort.', 1000),
      units: optional(
        z.union([oneOf('auto'), whole(1)]),
        'Fewest active units in each cohort. `auto`: half of those expected in the smaller cohort, at most 20, at least 1.',
        'auto',
      ),
    }),
    'Fewest observations of a step with two cohorts.',
  ),
  warmup: optional(duration, 'After a step only catastrophic harm acts for this long.', '60s'),
  history: optional(duration, 'What must be known of the units before the first exposure.', '2h'),
  onOneBadUnit: optional(
    z.union([oneOf('rollback'), quarantine]),
    'What happens when few units alone fail: they go back to the old side and the rollout goes on, or everybody goes back.',
    { quarantine: { atMost: 2 } },
  ),
});
