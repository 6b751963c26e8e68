import { text } from '../scalars/name.ts';
import { documentSchema } from './document-schema.ts';
import { exactlyOne } from './exactly-one.ts';
import { optional, required } from './key.ts';
import { fromEnvironment } from './target.ts';
import { mapping } from './mapping.ts';

const prometheus = mapping({
  url: required(fromEnvironment, 'Address of the Prometheus API.'),
  token: optional(fromEnvironment, 'Bearer token.'),
});

const unleash = mapping({
  url: required(fromEnvironment, 'Address of the Unleash API, up to and including `/api`.'),
  token: required(fromEnvironment, 'Admin token.'),
  project: optional(text, 'Unleash project.', 'default'),
  environment: optional(text, 'Unleash environment.', 'development'),
});

/** Another system that Crossfade asks or tells. */
export const providerSchema = documentSchema(
  'Provider',
  mapping({
    prometheus: optional(prometheus, 'A Prometheus server that guards may query.'),
    unleash: optional(unleash, 'An Unleash server that holds flags.'),
  })
    .refine(
      ...exactlyOne(
        ['prometheus', 'unleash'],
        'a provider is either `prometheus` or `unleash`; write exactly one',
      ),
    )
    .meta({ minProperties: 1, maxProperties: 1 }),
  'Another system that Crossfade asks or tells.',
);
