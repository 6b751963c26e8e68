import { z } from 'zod';

import { sqlName } from '../scalars/sql-name.ts';
import { flagName, name, text, unitId } from '../scalars/name.ts';
import { oneOf } from '../scalars/one-of.ts';
import { whole } from '../scalars/whole.ts';
import { documentSchema } from './document-schema.ts';
import { always, countKeys, exactlyOne } from './exactly-one.ts';
import { failAction } from './guard.ts';
import { blackoutSchema, hoursShape } from './hours.ts';
import { optional, required } from './key.ts';
import { operationsSchema } from './operation.ts';
import { profileShape } from './profile.ts';
import { unitSchema } from './unit.ts';
import { mapping } from './mapping.ts';

const units = z.array(unitId).min(1, { error: 'expected at least one unit' });

const service = mapping({
  name: required(name, 'Service.'),
  atLeast: optional(whole(1), 'Fewest instances; the number of the Service when left out.'),
});

const texts = z
  .array(text, { error: 'expected a list of texts' })
  .min(1, { error: 'expected at least one text' });

const ring = mapping({
  name: required(name, 'Name of the ring, unique within the policy.'),
  units: optional(units, 'Ids of its units.'),
  where: optional(
    z.record(sqlName, z.union([text, texts])).refine((columns) => Object.keys(columns).length > 0, {
      error: 'expected at least one column, such as `plan: free`',
    }),
    'Its units are those that have this in these columns of `unit.from`, one of several, as text.',
  ),
}).refine(
  ...exactlyOne(
    ['units', 'where'],
    'say who is in the ring: write either `units: [acme]` or `where: { plan: free }`',
  ),
);

const alert = mapping({
  match: required(
    z.record(z.string(), text).refine((labels) => Object.keys(labels).some(tellsApart), {
      error: 'expected a label besides `alertname`, such as `service: users`',
    }),
    'Labels that the alert must have, all of them, with these values.',
  ),
  do: required(
    failAction,
    'What a firing alert causes at the most; its label `rollout_action` may ask for less.',
  ),
});

/** Everybody's alerts have a name, and the same one for everybody. */
function tellsApart(label: string): boolean {
  return label !== 'alertname';
}

const names = z
  .array(name, { error: 'expected a list of names' })
  .min(1, { error: 'expected at least one name' });
const recipients = z.union([name, names]);

const notify = mapping({
  page: optional(recipients, 'Providers that are told what somebody must look at now.'),
  info: optional(recipients, 'Providers that are told everything.'),
}).refine((routes) => countKeys(routes, ['page', 'info']) > 0, {
  ...always,
  error: 'say who is told: write `page`, `info` or both',
});

const window = mapping({
  ...hoursShape,
  offHours: optional(
    oneOf('keep', 'retreat'),
    'What becomes of units on the new side when it closes in the middle of the ramp.',
    'keep',
  ),
});

const flag = mapping({
  provider: optional(oneOf('crossfade', 'unleash'), 'Where the flag stands.', 'crossfade'),
  name: optional(flagName, "Name of the flag; the policy's name when left out."),
});

const changeOrMigration = exactlyOne(
  ['change', 'schemaMigration'],
  'say what changes: write either `change` or `schemaMigration`',
);
const serviceOrServices = exactlyOne(
  ['service', 'services'],
  'say whose data it is: write either `service` or `services`',
);

/** What `exactlyOne` says, for editors. */
function eitherKey(...keys: readonly [string, string]) {
  return {
    oneOf: keys.map((key) => ({ type: 'object', properties: { [key]: {} }, required: [key] })),
  };
}

/** What an SRE writes: which change, which units, which guards, which steps. */
export const rolloutPolicySchema = documentSchema(
  'RolloutPolicy',
  mapping({
    service: optional(name, 'The one service that uses the data.'),
    services: optional(
      z.array(service).min(1, { error: 'expected at least one service' }),
      'The services that use the data. The first one gives unit and profile.',
    ),
    change: optional(operationsSchema, 'What changes, written here.'),
    schemaMigration: optional(name, 'What changes, as a SchemaMigration.'),
    unit: optional(unitSchema, 'What is routed and sticks.'),
    flag: optional(flag, 'The flag that routes.'),
    route: optional(oneOf('none'), 'Changes the schema and routes nobody.'),
    rings: optional(z.array(ring), 'Units that go before the hashed share.', []),
    pinned: optional(
      mapping({
        old: required(units, 'Units that stay on the old side.'),
        until: optional(oneOf('soak'), 'Step that releases them.', 'soak'),
      }),
      'Units that are kept back.',
    ),
    alerts: optional(
      z.array(alert),
      'Alerts that reduce exposure. Left out: alerts whose label `rollout` is the name of the policy roll back.',
    ),
    notify: optional(notify, 'Who is told of decisions.'),
    windows: optional(z.array(window), 'When it may move forward.', []),
    blackouts: optional(
      z.array(blackoutSchema),
      'Days on which it may not, whatever the windows say.',
      [],
    ),
    onConflict: optional(
      oneOf('refuse', 'queue', 'queueForSuccess'),
      'What a start does while another rollout stands in its way: `queue` waits for its end, `queueForSuccess` for a person where it went back.',
      'refuse',
    ),
    ...profileShape,
  })
    .refine(...changeOrMigration)
    .refine(...serviceOrServices)
    .refine((spec) => countKeys(spec, ['flag', 'route']) < 2, {
      ...always,
      path: ['route'],
      error: '`route: none` needs no flag; leave one of the two out',
    })
    .meta({ allOf: [eitherKey('change', 'schemaMigration'), eitherKey('service', 'services')] }),
  'What an SRE writes: which change, which units, which guards, which steps.',
);
