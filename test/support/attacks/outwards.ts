import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BoundedPost, ExchangeFault } from '../../../src/adapters/outbound/bounded-post.ts';
import { type Attack, type Outcome, send, sendAs } from './attack.ts';

const bounds = { timeoutMs: 5_000, maxBytes: 1_000, networks: undefined };

/** What a query of a provider at this address comes to; 0 when nothing was sent, or nothing was taken. */
async function query(base: string): Promise<Outcome> {
  try {
    const posted = { body: '{}', type: 'application/json' };
    const { status, text } = await new BoundedPost(base, bounds).post('/api/v1/query', posted);
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
