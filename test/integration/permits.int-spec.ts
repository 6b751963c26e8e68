import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresPermitStore } from '../../src/adapters/postgres/postgres-permit-store.ts';
import { blockOf, burstOf, defaultLimits } from '../../src/core/limits/limits.ts';
import { Limiter } from '../../src/engine/limiter.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const perMinute = 600;
const limits = { ...defaultLimits, change: perMinute };
const burst = burstOf(perMinute);

let state: StateDatabase;

beforeAll(async () => {
  state = await createStateDatabase();
  // The clock stands: nothing fills while the spec takes.
  await state.source.query(
    `CREATE OR REPLACE FUNCTION crossfade_state.now() RETURNS bigint LANGUAGE sql VOLATILE AS
     'SELECT 1000000 + offset_ms FROM crossfade_state.clock'`,
  );
});

afterAll(() => state?.close());

const server = (): Limiter => new Limiter(new PostgresPermitStore(state.source), limits, () => 0);

async function turnClock(milliseconds: number): Promise<void> {
  await state.source.query('UPDATE crossfade_state.clock SET offset_ms = $1', [milliseconds]);
}

/** How many of so many calls at once are let in, spread over the servers. */
async function admitted(
  caller: string,
  calls: number,
  servers: readonly Limiter[],
): Promise<number> {
  const each = Math.ceil(calls / servers.length);
  const waits = await Promise.all(
    servers.flatMap((one) => Array.from({ length: each }, () => one.wait(caller, 'change'))),
  );
  return waits.filter((wait) => wait === 0).length;
}

describe('permits kept in Postgres', () => {
  it('are counted for three servers together, who ask all at once', async () => {
    await turnClock(0);
    expect(await admitted('ana', burst * 2, [server(), server(), server()])).toBe(burst);
  });

  it('come again at their pace, up to the brim', async () => {
    await turnClock(1_000);
    expect(await admitted('ana', burst, [server()])).toBe(perMinute / 60);
    await turnClock(3_600_000);
    expect(await admitted('ana', burst * 2, [server()])).toBe(burst);
  });

  it('say when there is one again, and give none for a clock that was put back', async () => {
    await turnClock(3_599_000);
    expect(await server().wait('ana', 'change')).toBe(60_000 / perMinute);
  });

  it('take one row for a caller, and none once its bucket is full again', async () => {
    await turnClock(3_600_000);
    await server().wait('ben', 'change');
    const rows = (): Promise<unknown[]> =>
      state.source.query('SELECT caller FROM crossfade_state.permit ORDER BY caller');
    expect(await rows()).toEqual([{ caller: 'ana' }, { caller: 'ben' }]);
    await turnClock(3_600_000 + 60_001);
    await new PostgresPermitStore(state.source).forget();
    expect(await rows()).toEqual([]);
  });

  it('are lost with the server that took them, a block of them', async () => {
    const servers = Array.from({ length: 10 }, server);
    await Promise.all(servers.map((one) => one.wait('cy', 'change')));
    expect(await admitted('cy', burst, [server()])).toBe(burst - 10 * blockOf(perMinute));
  });
});
