import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryTokenStore } from '../../../test/support/memory-token-store.ts';
import { until } from '../../../test/support/until.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { GatewayDoor } from './gateway-door.ts';
import { gatewayMaxStaleMs } from './gateway-memory.ts';

const headers = { authorization: 'Bearer good' };

let tokens: MemoryTokenStore;
let door: GatewayDoor;
let now: number;

beforeEach(() => {
  now = 0;
  tokens = new MemoryTokenStore('good');
  door = new GatewayDoor(new Doorkeeper(tokens), () => now);
});

describe('the door for gateways', () => {
  it('asks for a token once, and then lets in without waiting', async () => {
    await door.admit(headers);
    expect(door.admit(headers)).toBeNull();
  });

  it('refuses whoever has none, or one of another scope; never by 403', async () => {
    await expect(door.admit({})).rejects.toMatchObject({ code: 'unauthenticated' });
    const audience = { environment: 'production', projects: '*' } as const;
    const token = { scope: 'client', name: 'spec', audience, expiresAt: null } as const;
    await tokens.admit(token, 'a client');
    const wrong = door.admit({ authorization: 'a client' });
    await expect(wrong).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('keeps a good token while it cannot be checked, up to a quarter of an hour', async () => {
    await door.admit(headers);
    tokens.failing = true;
    now = gatewayMaxStaleMs;
    expect(door.admit(headers)).toBeNull();
    now += 1;
    await expect(door.admit(headers)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('checks beside the requests, and lets nobody in by a token that was taken away', async () => {
    await door.admit(headers);
    await tokens.revoke('good');
    expect(door.admit(headers)).toBeNull();
    now = 6_000;
    await until(async () => {
      const waiting = door.admit(headers);
      return (
        waiting !== null &&
        (await waiting.then(
          () => false,
          () => true,
        ))
      );
    });
    await expect(door.admit(headers)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
