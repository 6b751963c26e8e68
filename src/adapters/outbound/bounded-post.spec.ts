import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HttpReceiver, startReceiver } from '../../../test/support/http-receiver.ts';
import { BoundedPost, type Resolve } from './bounded-post.ts';
import type { Reach } from './refuse-address.ts';

const posted = { body: '{}', type: 'application/json' };

let receiver: HttpReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

/** A name that leads somewhere else each time it is asked for. */
function rebinding(...addresses: readonly string[]): { resolve: Resolve; asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (host, _options, done) => {
    const address = addresses[asked.length] ?? '';
    asked.push(host);
    done(null, [{ address, family: 4 }]);
  };
  return { resolve, asked };
}

function toName(resolve: Resolve, reach: Reach): BoundedPost {
  const { port } = new URL(receiver.url);
  const bounds = { timeoutMs: 2_000, maxBytes: 1_000, reach };
  return new BoundedPost(`http://hooks.example.com:${port}`, bounds, resolve);
}

const here = { privateNetworks: ['127.0.0.1/32'] };

describe('a name that is connected to', () => {
  it('is resolved once: the address that was checked is the one connected to', async () => {
    const { resolve, asked } = rebinding('127.0.0.1', '169.254.169.254');
    const { status } = await toName(resolve, here).post('/hook', posted);
    expect(status).toBe(200);
    expect(asked).toEqual(['hooks.example.com']);
    expect(receiver.received[0]?.headers.host).toMatch(/^hooks\.example\.com/);
  });

  it('is checked anew for each connection', async () => {
    const { resolve } = rebinding('127.0.0.1', '127.0.0.2');
    await toName(resolve, here).post('/hook', posted);
    const again = toName((host, options, done) => resolve(host, options, done), here);
    await expect(again.post('/hook', posted)).rejects.toThrow(
      /leads to 127\.0\.0\.2, a private network that CROSSFADE_ALLOW_PRIVATE does not open/,
    );
    expect(receiver.received).toHaveLength(1);
  });

  it('is refused when any of its addresses is', async () => {
    const both: Resolve = (_host, _options, done) =>
      done(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    await expect(toName(both, here).post('/hook', posted)).rejects.toThrow(/leads to 10\.0\.0\.1/);
    expect(receiver.received).toEqual([]);
  });
});

it('waits for no answer longer than its bounds allow', async () => {
  receiver.answer = null;
  const bounds = { timeoutMs: 50, maxBytes: 1_000, reach: {} };
  const post = new BoundedPost(receiver.url, bounds).post('/hook', posted);
  await expect(post).rejects.toMatchObject({ fault: 'timeout' });
});
