import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { grafanaSecret, type GuardedServer } from '../guarded-server.ts';
import { type Attack, type Outcome, send, sendAs } from './attack.ts';

const json = { 'content-type': 'application/json' };

const apply = (server: GuardedServer, text: string): Promise<Outcome> =>
  sendAs(server, 'admin in *', 'POST', '/api/v1/apply', { files: [{ name: 'a.yaml', text }] });

const migration = (column: string, to = 'evil_v2'): string =>
  `apiVersion: crossfade/v1\nkind: SchemaMigration\nmetadata: { name: evil, project: shop }\nspec:\n` +
  `  target: users-db\n  from: evil_v1\n  to: ${to}\n  operations:\n` +
  `    - addColumn: { table: users, column: ${column}, type: date }\n`;

const notify = (
  server: GuardedServer,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Outcome> =>
  send(server, '/api/v1/alerts/grafana', {
    method: 'POST',
    headers: { ...json, ...headers },
    body,
  });

const alerts = JSON.stringify({ version: '1', status: 'firing', alerts: [] });

const signed = (at: number, body: string): Record<string, string> => ({
  'x-grafana-alerting-timestamp': String(at),
  'x-grafana-alerting-signature': createHmac('sha256', grafanaSecret)
    .update(`${at}:${body}`)
    .digest('hex'),
});

const now = (): number => Math.floor(Date.now() / 1000);

/** Whoever sends what should break, bend or drown what reads it. */
export const attacksByContent: readonly Attack[] = [
  {
    attack: 'SQL in the name of a rollout',
    refusedBy: 'values travel as parameters',
    answers: [404],
    attempt: (server) => sendAs(server, 'admin in *', 'GET', `/api/v1/rollouts/x'%20OR%20'1'='1`),
  },
  {
    attack: 'SQL in the name of a version’s schema',
    refusedBy: 'new names are checked by the language, and all are quoted',
    answers: [422],
    attempt: (server) => apply(server, migration('a', `'v2"; DROP TABLE users; --'`)),
  },
  {
    attack: 'SQL in the name of a column',
    refusedBy: 'new names are checked by the language, and all are quoted',
    answers: [422],
    attempt: (server) => apply(server, migration(`'a" int; DROP TABLE users; --'`)),
  },
  {
    attack: 'SQL where the number of a decision belongs',
    refusedBy: 'what is no number is nobody’s',
    answers: [403, 404, 422],
    attempt: (server) => sendAs(server, 'viewer in shop', 'GET', '/api/v1/decisions/1%20OR%201=1'),
  },
  {
    attack: 'a YAML document of aliases that unfolds to billions',
    refusedBy: 'aliases are not unfolded',
    answers: [422],
    attempt: (server) => {
      const levels = Array.from({ length: 12 }, (_, at) => {
        const below = at === 0 ? '"x"' : `*a${at - 1}`;
        return `a${at}: &a${at} [${Array.from({ length: 10 }, () => below).join(', ')}]`;
      });
      return apply(server, levels.join('\n'));
    },
  },
  {
    attack: 'YAML of 20,000 levels',
    refusedBy: 'a limit of depth, before it is parsed',
    answers: [422],
    attempt: (server) => apply(server, `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  },
  {
    attack: 'YAML that writes to `__proto__`',
    refusedBy: 'an unknown key is a fault, whatever its name',
    answers: [422],
    attempt: (server) => apply(server, `${migration('a')}__proto__: { roles: { "*": admin } }\n`),
  },
  {
    attack: 'JSON that writes to `__proto__` of a token’s roles',
    refusedBy: 'roles are looked up in a map; that key is no role of anybody',
    answers: [422],
    attempt: (server) =>
      sendAs(
        server,
        'admin in *',
        'POST',
        '/api/v1/tokens',
        '{"name":"p","expiresAt":null,"roles":{"__proto__":"admin"}}',
      ),
  },
  {
    attack: 'JSON of 100,000 levels',
    refusedBy: 'the schema of what is asked for',
    answers: [400, 422],
    attempt: (server) =>
      sendAs(
        server,
        'admin in *',
        'POST',
        '/api/v1/rollouts',
        `{"policy":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ),
  },
  {
    attack: 'a body of 5 MB',
    refusedBy: 'a limit of 4 MiB',
    answers: [413],
    attempt: (server) => apply(server, 'x'.repeat(5_000_000)),
  },
  {
    attack: 'a gzip bomb: 50 kB that unfold to 50 MB',
    refusedBy: 'the limit counts what comes out',
    answers: [413],
    attempt: (server) =>
      send(server, '/api/v1/alerts/grafana', {
        method: 'POST',
        headers: { ...json, 'content-encoding': 'gzip' },
        body: gzipSync(Buffer.alloc(50_000_000, ' ')),
      }),
  },
  {
    attack: '201 files in one request',
    refusedBy: 'a limit of 200',
    answers: [422],
    attempt: (server) =>
      sendAs(server, 'admin in *', 'POST', '/api/v1/apply', {
        files: Array.from({ length: 201 }, (_, at) => ({ name: `${at}.yaml`, text: '' })),
      }),
  },
  {
    attack: 'a notification of Grafana that is sent again an hour later',
    refusedBy: 'the signature covers its time, which is good for five minutes',
    answers: [401],
    attempt: (server) => notify(server, signed(now() - 3_600, alerts), alerts),
  },
  {
    attack: 'a notification of Grafana with another body',
    refusedBy: 'the signature covers the body',
    answers: [401],
    attempt: (server) => notify(server, signed(now(), alerts), `${alerts} `),
  },
  {
    attack: 'a signature of Grafana without a time',
    refusedBy: 'such a one would be good for ever',
    answers: [401],
    attempt: (server) => {
      const { 'x-grafana-alerting-signature': signature = '' } = signed(now(), alerts);
      return notify(server, { 'x-grafana-alerting-signature': signature }, alerts);
    },
  },
  {
    attack: 'a wrong signature beside a good token',
    refusedBy: 'a signature that is there and wrong is refused, whatever else is presented',
    answers: [401],
    attempt: (server) =>
      notify(
        server,
        {
          ...signed(now(), `${alerts}!`),
          authorization: `Bearer ${server.secret('alerts')}`,
        },
        alerts,
      ),
  },
  {
    attack: 'a path that climbs out of a rollout',
    refusedBy: 'what is encoded is a name, and no path',
    answers: [404],
    attempt: (server) => sendAs(server, 'admin in *', 'GET', '/api/v1/rollouts/..%2f..%2ftokens'),
  },
  {
    attack: 'a guarded route in capitals and with a slash at its end',
    refusedBy: 'the guard stands at the route, not at its address',
    answers: [401],
    attempt: (server) => send(server, '/API/V1/Tokens/'),
  },
  {
    attack: 'a guarded route by way of an open one: `/ui/../api/v1/tokens`',
    refusedBy: 'the path is taken as it is written',
    answers: [200, 401, 404],
    attempt: (server) => send(server, '/ui/..%2fapi/v1/tokens'),
  },
  {
    attack: 'a method behind another: `X-HTTP-Method-Override: DELETE`',
    refusedBy: 'the header means nothing',
    answers: [200],
    attempt: (server) =>
      send(server, '/api/v1/features/basket', {
        headers: {
          authorization: `Bearer ${server.secret('viewer in shop')}`,
          'x-http-method-override': 'DELETE',
        },
      }),
  },
];
