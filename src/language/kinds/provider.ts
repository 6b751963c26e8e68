import { z } from 'zod';

import { duration } from '../scalars/duration.ts';
import { text } from '../scalars/name.ts';
import { listed } from '../scalars/one-of.ts';
import { documentSchema } from './document-schema.ts';
import { always, countKeys, exactlyOne } from './exactly-one.ts';
import { optional, required } from './key.ts';
import { fromEnvironment } from './target.ts';
import { mapping } from './mapping.ts';

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, {
  error: 'expected the name of a header, such as `X-Scope-OrgID`',
});

const networkMessage = 'expected a network such as `10.0.0.0/8`';
const network = z
  .string({ error: networkMessage })
  .refine((written) => z.union([z.cidrv4(), z.cidrv6()]).safeParse(written).success, {
    error: networkMessage,
  });

const networks = optional(
  z.array(network).min(1, { error: 'expected at least one network' }),
  'The only networks that the address may lie in.',
);

const credentials = ['token', 'basic', 'oauth2'];

/** Client credentials, RFC 6749 §4.4. */
const oauth2 = mapping({
  tokenUrl: required(fromEnvironment, 'Address that tokens are fetched from.'),
  clientId: required(text, 'Name of the client.'),
  clientSecret: required(fromEnvironment, 'Secret of the client.'),
  scopes: optional(z.array(text), 'Scopes that are asked for.'),
});

const prometheus = mapping({
  url: required(
    fromEnvironment,
    'Address of the Prometheus API, without `/api/v1`; Thanos, Mimir and others that speak it will do.',
  ),
  token: optional(fromEnvironment, 'Bearer token.'),
  basic: optional(
    mapping({
      username: required(text, 'Name.'),
      password: required(fromEnvironment, 'Password.'),
    }),
    'Name and password, where no bearer token is used.',
  ),
  oauth2: optional(oauth2, 'A client of an OAuth 2.0 server that fetches a bearer token.'),
  headers: optional(
    z.record(headerName, z.union([text, fromEnvironment])),
    'Sent with every query, such as the tenant for Mimir.',
  ),
  networks,
  timeout: optional(duration, 'Longest time for one query.', '10s'),
  delay: optional(duration, 'How long samples may be on their way: so far back is asked.', '2s'),
}).refine((value) => countKeys(value, credentials) < 2, {
  ...always,
  path: ['basic'],
  error: 'write one of `token`, `basic` and `oauth2`',
});

const unleash = mapping({
  url: required(fromEnvironment, 'Address of the Unleash API, up to and including `/api`.'),
  token: required(fromEnvironment, 'Admin token.'),
  project: optional(text, 'Unleash project.', 'default'),
  environment: optional(text, 'Unleash environment.', 'development'),
});

const slack = mapping({
  url: required(fromEnvironment, 'Address of an incoming webhook; it is a secret.'),
  networks,
});

const webhook = mapping({
  url: required(fromEnvironment, 'Address that messages are posted to, as JSON.'),
  secret: required(
    fromEnvironment,
    'What they are signed with, as by Standard Webhooks: `whsec_…`, several ones while it is changed.',
  ),
  networks,
});

const grafana = mapping({
  url: required(fromEnvironment, 'Address of Grafana, without `/api`.'),
  token: required(fromEnvironment, 'Token of a service account that may write annotations.'),
  dashboard: optional(
    text,
    'Uid of the dashboard to annotate; all of the organisation when left out.',
  ),
  networks,
});

const forms = ['prometheus', 'unleash', 'slack', 'webhook', 'grafana'];

/** Another system that Crossfade asks or tells. */
export const providerSchema = documentSchema(
  'Provider',
  mapping({
    prometheus: optional(prometheus, 'A Prometheus server that guards may query.'),
    unleash: optional(unleash, 'An Unleash server that holds flags.'),
    slack: optional(slack, 'A channel of Slack that is told of decisions.'),
    webhook: optional(webhook, 'Any system that is told of decisions.'),
    grafana: optional(grafana, 'A Grafana whose pictures show decisions.'),
  })
    .refine(...exactlyOne(forms, `a provider is ${listed(forms)}; write exactly one`))
    .meta({ minProperties: 1, maxProperties: 1 }),
  'Another system that Crossfade asks or tells.',
);
