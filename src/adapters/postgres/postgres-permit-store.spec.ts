import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { PostgresPermitStore } from './postgres-permit-store.ts';

const patienceMs = 1;

/** This process does nothing else, as when it answers a flood of calls. */
function beBusy(ms: number): void {
  for (const since = performance.now(); performance.now() - since < ms;);
}

describe('permits of a server that is busy itself', () => {
  it('are granted by an answer that has arrived before its patience ended, and is read after that', async () => {
    const { port1, port2 } = new MessageChannel();
    const answered = once(port2, 'message').then(() => [{ granted: 3, remaining: 7 }]);
    const source = { query: () => answered } as unknown as DataSource;
    const taken = new PostgresPermitStore(source, patienceMs).take('ana', 'change', 600, 3);
    port1.postMessage('as from a socket');
    beBusy(patienceMs + 5);
    expect(await taken).toEqual({ granted: 3, waitMs: 0 });
    port1.close();
  });

  it('are none of a database that does not answer', async () => {
    const source = { query: () => new Promise(() => {}) } as unknown as DataSource;
    const taken = new PostgresPermitStore(source, patienceMs).take('ana', 'change', 600, 3);
    await expect(taken).rejects.toThrow('permits cannot be counted just now');
  });
});
