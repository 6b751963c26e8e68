import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BoundedPost, ExchangeFault } from '../../../src/adapters/outbound/bounded-post.ts';
import type { Reach } from '../../../src/adapters/outbound/refuse-address.ts';
import { startReceiver } from '../http-receiver.ts';
import { type Attack, type Outcome, send, sendAs } from './attack.ts';

/** Where a server that others can reach may go, unless its owner says otherwise. */
const reachable: Reach = { privateNetworks: [] };

/** What a query of a provider at this address comes to; 0 when nothing was sent, or nothing was taken. */
async function query(base: string, reach: Reach = {}, timeoutMs = 5_000): Promise<Outcome> {
  try {
    const posted = { body: '{}', type: 'application/json' };
    const post = new BoundedPost(base, { timeoutMs, maxBytes: 1_000, reach });
    const { status, text } = await post.post('/api/v1/query', posted);
    return { status, body: text, headers: {} };
  } catch (fault) {
    if (!(fault instanceof ExchangeFault)) throw fault;
    return { status: 0, body: fault.message, headers: {} };
  }
}

/** The same at a server of this machine that answers so. */
async function answeredBy(
  status: number,
  headers: Record<string, string>,
  body: string,
): Promise<Outcome> {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await query(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The same at one that takes everything and says nothing. */
async function neverAnswered(): Promise<Outcome> {
  const receiver = await startReceiver();
  receiver.answer = null;
  try {
    return await query(receiver.url, {}, 200);
  } finally {
    await receiver.close();
  }
}

/** Whoever has the server call where it should not, or think without an end. */
export const attacksOutwards: readonly Attack[] = [
  {
    attack: 'SSRF: a provider at the metadata address of a cloud',
    refusedBy: 'addresses at which no provider may be',
    answers: [0],
    attempt: () => query('http://169.254.169.254/latest/meta-data'),
  },
  {
    attack: 'SSRF: the same address as one number',
    refusedBy: 'the address is compared, not its spelling',
    answers: [0],
    attempt: () => query('http://2852039166/'),
  },
  {
    attack: 'SSRF: the same address within IPv6',
    refusedBy: 'the address is compared, not its spelling',
    answers: [0],
    attempt: () => query('http://[::ffff:169.254.169.254]/'),
  },
  {
    attack: 'SSRF: the same address by way of a gateway from IPv6 to IPv4',
    refusedBy: 'the address is compared, not its spelling',
    answers: [0],
    attempt: () => query('http://[64:ff9b::a9fe:a9fe]/'),
  },
  {
    attack: 'SSRF: a webhook at a port of the server’s own machine',
    refusedBy: 'private networks are closed while others can reach the server',
    answers: [0],
    attempt: ({ url }) => query(url, reachable),
  },
  {
    attack: 'SSRF: the same, written as `0x7f.1`',
    refusedBy: 'private networks are closed while others can reach the server',
    answers: [0],
    attempt: ({ url }) => query(`http://0x7f.1:${new URL(url).port}`, reachable),
  },
  {
    attack: 'SSRF: a document that opens a private network by its own `networks`',
    refusedBy: 'a document can narrow where it may go, and never widen it',
    answers: [0],
    attempt: ({ url }) => query(url, { ...reachable, networks: ['0.0.0.0/0'] }),
  },
  {
    attack: 'SSRF: a name that leads to the server’s own machine',
    refusedBy: 'a name is resolved once, and the address connected to is the one that was checked',
    answers: [0],
    attempt: ({ url }) => query(`http://localhost:${new URL(url).port}`, reachable),
  },
  {
    attack: 'SSRF: a provider that redirects to the metadata address',
    refusedBy: 'redirects are not followed',
    answers: [302],
    attempt: () => answeredBy(302, { location: 'http://169.254.169.254/' }, ''),
  },
  {
    attack: 'a provider that answers without an end',
    refusedBy: 'an answer is read up to its limit',
    answers: [0],
    attempt: () => answeredBy(200, {}, 'x'.repeat(1_000_000)),
  },
  {
    attack: 'a provider that never answers',
    refusedBy: 'one deadline, from the look-up of the name to the last byte',
    answers: [0],
    attempt: () => neverAnswered(),
  },
  {
    attack:
      'ReDoS: a flag’s constraint with an expression that backtracks, asked with 50,000 letters',
    refusedBy: 'RE2, whose time is linear',
    answers: [200],
    attempt: async (server) => {
      const constraint = { contextName: 'userId', operator: 'REGEX', value: '^(a+)+$' };
      const strategy = { name: 'default', constraints: [constraint] };
      await sendAs(server, 'admin in *', 'PUT', '/api/v1/features/slow', {
        project: 'default',
        environments: { production: { enabled: true, strategies: [strategy] } },
      });
      return send(server, '/ofrep/v1/evaluate/flags/slow', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.secret('client')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ context: { targetingKey: `${'a'.repeat(50_000)}!` } }),
      });
    },
  },
];
