import { createHash } from 'node:crypto';
import { type Attack, cookieOf, send, sendAs } from './attack.ts';

const rollouts = '/api/v1/rollouts';
const commands = `${rollouts}/users-birthdate/commands`;
const json = { 'content-type': 'application/json' };
const pause = JSON.stringify({ verb: 'pause' });

const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Whoever pretends to be somebody else, or reaches for what is another one's. */
export const attacksAtTheDoor: readonly Attack[] = [
  {
    attack: 'a token with the right id and a guessed secret',
    refusedBy: 'SHA-256 of the secret, compared in constant time',
    answers: [401],
    attempt: (server) => {
      const forged = server.secret('admin in *').replace(/[0-9a-f]{64}$/, '0'.repeat(64));
      return send(server, rollouts, withToken(forged));
    },
  },
  {
    attack: 'the hash of a token, read from a stolen database',
    refusedBy: 'only the secret opens; the hash is hashed again',
    answers: [401],
    attempt: (server) => {
      const secret = server.secret('admin in *');
      const hash = createHash('sha256').update(secret.slice(-64)).digest('hex');
      return send(server, rollouts, withToken(secret.slice(0, -64) + hash));
    },
  },
  {
    attack: 'a viewer’s token whose text says admin',
    refusedBy: 'rights are read from the database, not from the text',
    answers: [403],
    attempt: (server) => {
      const raised = server.secret('viewer in *').replace('_api_', '_admin_');
      return send(server, '/api/v1/tokens', withToken(raised));
    },
  },
  {
    attack: 'a token in the address, where logs and histories keep it',
    refusedBy: 'tokens are read from headers alone',
    answers: [401],
    attempt: (server) => send(server, `${rollouts}?token=${server.secret('admin in *')}`),
  },
  {
    attack: 'a token of 9,000 characters',
    refusedBy: 'no format has one longer than 1,000',
    answers: [401, 431],
    attempt: (server) => send(server, rollouts, withToken('x'.repeat(9_000))),
  },
  {
    attack: 'a forged session of an admin',
    refusedBy: 'HMAC of the ticket, keyed by the hash of the token',
    answers: [401],
    attempt: (server) => {
      const [, , id] = server.secret('admin in *').split('_');
      const cookie = `crossfade_session=api.${id}.9999999999999.${'0'.repeat(64)}`;
      return send(server, rollouts, { headers: { cookie } });
    },
  },
  {
    attack: 'a session whose end was put off',
    refusedBy: 'the end is part of what is signed',
    answers: [401],
    attempt: async (server) => {
      const cookie = (await cookieOf(server, 'admin in *')).replace(/\.\d+\./, '.9999999999999.');
      return send(server, rollouts, { headers: { cookie } });
    },
  },
  {
    attack: 'a session’s ticket used as a token',
    refusedBy: 'a ticket is no token',
    answers: [401],
    attempt: async (server) => {
      const ticket = (await cookieOf(server, 'admin in *')).split('=')[1] ?? '';
      return send(server, rollouts, withToken(ticket));
    },
  },
  {
    attack: 'a session’s ticket used to open a stream of flags',
    refusedBy: 'a ticket is signed for one use',
    answers: [401],
    attempt: async (server) => {
      const ticket = (await cookieOf(server, 'admin in *')).split('=')[1] ?? '';
      return send(server, `/ofrep/v1/stream?ticket=${ticket}`);
    },
  },
  {
    attack: 'CSRF: a form of another site with the session of an admin',
    refusedBy: 'a session changes nothing without a header that forms cannot set',
    answers: [403],
    attempt: async (server) =>
      send(server, commands, {
        method: 'POST',
        headers: { cookie: await cookieOf(server, 'admin in *'), 'content-type': 'text/plain' },
        body: pause,
      }),
  },
  {
    attack: 'CSRF: a script of a sibling host that sets the header',
    refusedBy: '`Sec-Fetch-Site`, which scripts cannot set',
    answers: [403],
    attempt: async (server) =>
      send(server, commands, {
        method: 'POST',
        headers: {
          ...json,
          cookie: await cookieOf(server, 'admin in *'),
          'x-crossfade-ui': '1',
          'sec-fetch-site': 'same-site',
        },
        body: pause,
      }),
  },
  {
    attack: 'an operator who makes a token for an admin',
    refusedBy: 'tokens are for admins of every project',
    answers: [403],
    attempt: (server) =>
      sendAs(server, 'operator in *', 'POST', '/api/v1/tokens', {
        name: 'mine',
        roles: { '*': 'admin' },
        expiresAt: null,
      }),
  },
  {
    attack: 'the admin of a project who makes a token for every project',
    refusedBy: 'tokens are for admins of every project',
    answers: [403],
    attempt: (server) =>
      sendAs(server, 'admin in search', 'POST', '/api/v1/tokens', {
        name: 'mine',
        roles: { '*': 'admin' },
        expiresAt: null,
      }),
  },
  {
    attack: 'a token order with fields that only the server writes',
    refusedBy: 'strict schemas: a field that nobody asked for is a fault',
    answers: [422],
    attempt: (server) =>
      sendAs(server, 'admin in *', 'POST', '/api/v1/tokens', {
        name: 'mine',
        roles: { '*': 'viewer' },
        expiresAt: null,
        createdBy: 'somebody else',
      }),
  },
  {
    attack: 'an operator of another project who rolls a rollout back',
    refusedBy: 'the role is asked for in the project of the rollout',
    answers: [403],
    attempt: (server) =>
      sendAs(server, 'operator in search', 'POST', commands, { verb: 'rollback' }),
  },
  {
    attack: 'a decision of another project, by its number',
    refusedBy: 'the number is bound to its project in SQL',
    answers: [403],
    attempt: (server) => sendAs(server, 'viewer in search', 'GET', '/api/v1/decisions/1'),
  },
  {
    attack: 'two projects in one query, one of them one’s own',
    refusedBy: 'a list is no name; then the role is wanted everywhere',
    answers: [403],
    attempt: (server) =>
      sendAs(server, 'viewer in search', 'GET', '/api/v1/features?project=search&project=shop'),
  },
  {
    attack: 'a flag of another project, claimed by writing it anew',
    refusedBy: 'the role is asked for where it is and where it would be',
    answers: [403],
    attempt: (server) =>
      sendAs(server, 'operator in search', 'PUT', '/api/v1/features/basket', {
        project: 'search',
        environments: {},
      }),
  },
  {
    attack: 'an alert’s sender that reads rollouts',
    refusedBy: 'its scope is good for nothing else',
    answers: [403],
    attempt: (server) => sendAs(server, 'alerts', 'GET', rollouts),
  },
  {
    attack: 'a service that calls for a rollback with its SDK’s token',
    refusedBy: 'its scope is good for nothing else',
    answers: [403],
    attempt: (server) => sendAs(server, 'sdk', 'POST', commands, { verb: 'rollback' }),
  },
];
