import { AsyncResource } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { clientInStage, failing } from '../../test/support/client-in-stage.ts';
import { settle } from '../../test/support/manual-timing.ts';
import { routeOf } from '../../test/support/route-of.ts';

const old = { baseStage: 'off', canaryStage: 'off' } as const;

describe('a transaction', () => {
  it.each(['shadow', 'live'] as const)('in %s has no read compared', async (stage) => {
    const { client, read, calls } = await clientInStage(stage);
    await client.withUnit('t1', () => client.transaction(() => read({ pure: true })));
    await settle();
    expect(calls).toHaveLength(1);
  });

  it('passes a failing pure read on, and counts it: the database has given it up', async () => {
    const { client, read, calls, evidence } = await clientInStage('live');
    const work = client.withUnit('t1', () =>
      client.transaction(() => read({ pure: true, new: failing })),
    );
    await expect(work).rejects.toThrow('does not exist');
    expect(calls).toEqual([]);
    expect((await evidence())[0]).toMatchObject({ fallbacks: 0, units: [{ failed: 1 }] });
  });

  it('is over when its work is: later reads are compared and answered by old again', async () => {
    const { client, read, calls } = await clientInStage('live');
    await client.withUnit('t1', async () => {
      await client.transaction(() => Promise.reject(new Error('rolled back'))).catch(() => {});
      expect(await read({ pure: true, new: failing })).toBe('same');
    });
    expect(calls).toEqual(['old']);
  });

  it('keeps the side that it began on, whatever comes, and the scope around it decides anew', async () => {
    const { client, transport, timing, read, calls } = await clientInStage('live');
    await client.withUnit('t1', async () => {
      await client.transaction(async () => {
        transport.push(routeOf({ revision: 6, ...old }));
        timing.freeze(5_000);
        await settle();
        await read();
        await client.withUnit('t1', () => client.transaction(() => read()));
      });
      await read();
    });
    expect(calls).toEqual(['new', 'new', 'old']);
  });

  it('keeps one side for each other unit that it touches', async () => {
    const { client, birthdate, sides, transport, calls } = await clientInStage('live');
    const readAsT2 = (): Promise<string> => client.withUnit('t2', () => birthdate.read(sides));
    await client.transaction(async () => {
      await readAsT2();
      transport.push(routeOf({ revision: 6, ...old }));
      await settle();
      await readAsT2();
    });
    await readAsT2();
    expect(calls).toEqual(['new', 'new', 'old']);
  });

  it('is waited for by a rollback until it ends, whatever became of the scope around it', async () => {
    const { client, transport } = await clientInStage('live');
    let commit = (): void => {};
    let running: Promise<void> | undefined;
    client.withUnit('t1', () => {
      running = client.transaction(
        () =>
          new Promise<void>((resolve) => {
            commit = resolve;
          }),
      );
    });
    await settle();
    transport.push(routeOf({ revision: 6, ...old }));
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ revision: 6, draining: 1 });
    commit();
    await running;
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ draining: 0 });
  });

  it('leaves its decision to the scope around it, which a rollback still waits for', async () => {
    const { client, transport } = await clientInStage('live');
    let respond = (): void => {};
    const request = client.withUnit('t1', async () => {
      await client.transaction(() => {});
      await new Promise<void>((resolve) => {
        respond = resolve;
      });
    });
    await settle();
    transport.push(routeOf({ revision: 6, ...old }));
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ draining: 1 });
    respond();
    await request;
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ draining: 0 });
  });

  it('makes comparisons void until the outermost ends: its writes are seen only then', async () => {
    const { client, birthdate, sides, read, evidence } = await clientInStage('shadow');
    const asAnotherRequest = AsyncResource.bind(() => read({ pure: true }));
    await client.withUnit('t1', () =>
      client.transaction(async () => {
        await client.transaction(() => birthdate.write(sides));
        await asAnotherRequest();
        await settle();
      }),
    );
    await read({ pure: true });
    await settle();
    const [counted] = await evidence();
    expect(counted?.comparisons).toMatchObject([{ unit: 't1', compared: 1, void: 1 }]);
  });

  it('ends also for a write that it did not wait for', async () => {
    const { client, birthdate, sides, read, evidence } = await clientInStage('shadow');
    let written: Promise<string> | undefined;
    await client.withUnit('t1', () =>
      client.transaction(() => {
        written = birthdate.write(sides);
      }),
    );
    await written;
    await read({ pure: true });
    await settle();
    expect((await evidence())[0]?.comparisons).toMatchObject([{ compared: 1, void: 0 }]);
  });

  it('begins only after a doubt is settled: nothing waits while it holds locks', async () => {
    const { client, timing, transport, read, calls } = await clientInStage('live');
    transport.behaviour = 'hangs';
    timing.freeze(5_000);
    const running = client.withUnit('t1', () =>
      client.transaction(() => {
        calls.push('begin');
        return read();
      }),
    );
    await timing.advance(0);
    expect(calls).toEqual([]);
    await timing.advance(1_000);
    await running;
    expect(calls).toEqual(['begin', 'old']);
  });

  it('rejects with what its work throws, and answers what it answers', async () => {
    const { client } = await clientInStage('live');
    expect(await client.transaction(() => 7)).toBe(7);
    const thrown = client.transaction(() => {
      throw new Error('theirs');
    });
    await expect(thrown).rejects.toThrow('theirs');
  });
});

describe('a transaction that nobody marked', () => {
  it('shows its own failure, not that of the useless fallback, and is told of once', async () => {
    const { read, evidence, warnings } = await clientInStage('live');
    const aborted = async (): Promise<never> => {
      throw Object.assign(new Error('current transaction is aborted'), { code: '25P02' });
    };
    const call = { pure: true, new: failing, old: aborted };
    await expect(read(call)).rejects.toThrow('birthdate does not exist');
    await expect(read(call)).rejects.toThrow('birthdate does not exist');
    expect(warnings).toEqual([expect.stringContaining('crossfade.transaction(')]);
    expect((await evidence())[0]).toMatchObject({ fallbacks: 0, units: [{ failed: 2 }] });
  });
});
