import { describe, expect, it } from '@jest/globals';
import { MemoryOutbox } from '../adapters/memory/memory-outbox.ts';
import { NoFaults } from '../adapters/system/kill-points.ts';
import type { Effect } from '../core/rollout/effect.ts';
import { examplePolicy } from '../../test/support/example-policy.ts';
import { Silence } from '../../test/support/silence.ts';
import { initialRoute } from '../core/rollout/wanted-route.ts';
import { EffectExecutor } from './effect-executor.ts';
import { FlagProvider, type WantedFlag } from './ports/flag-provider.ts';
import type { PendingEffect } from './ports/outbox.ts';
import type { Targets } from './ports/targets.ts';

/** A flag system that answers when the spec lets it. */
class SlowFlags extends FlagProvider {
  readonly asked: string[] = [];
  readonly answers: (() => void)[] = [];

  override set(wanted: WantedFlag): Promise<void> {
    this.asked.push(wanted.name);
    return new Promise((resolve) => this.answers.push(resolve));
  }

  override read(): Promise<null> {
    return Promise.resolve(null);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function pending(flag: string): PendingEffect {
  const wanted = { spec: initialRoute(examplePolicy), version: 1, enable: false };
  const effect: Effect = { kind: 'setRoute', flag, wanted, seen: 0 };
  const at = { target: 'users-db', flagProvider: 'slow', attempts: 0, traceparent: null };
  return { rollout: flag, key: 'setRoute/1', effect, ...at };
}

function scene(): { executor: EffectExecutor; flags: SlowFlags; pass: (ms: number) => void } {
  let now = 0;
  const outbox = new MemoryOutbox(() => now);
  for (const flag of ['one', 'two']) outbox.replace(flag, [pending(flag)]);
  const flags = new SlowFlags();
  const noTargets = {} as Targets;
  const executor = new EffectExecutor(
    outbox,
    { slow: flags },
    noTargets,
    new NoFaults(),
    new Silence(),
  );
  return {
    executor,
    flags,
    pass: (ms) => {
      now += ms;
    },
  };
}

describe('EffectExecutor', () => {
  it('goes on with another effect of a lane while one of them hangs', async () => {
    const { executor, flags } = scene();
    expect(await executor.dueLanes()).toEqual(['flags of slow']);
    const runs = [executor.run('flags of slow'), executor.run('flags of slow')];
    await settled();
    expect(flags.asked).toEqual(['one', 'two']);
    for (const answer of flags.answers) answer();
    expect(await Promise.all(runs)).toEqual([1, 1]);
    expect(await executor.dueLanes()).toEqual([]);
  });

  it('performs no effect twice at once, however long it takes', async () => {
    const { executor, flags, pass } = scene();
    const runs = [executor.run('flags of slow'), executor.run('flags of slow')];
    await settled();
    pass(60_000);
    expect(await executor.run('flags of slow')).toBe(0);
    expect(flags.asked).toEqual(['one', 'two']);
    // Its lease has been taken anew meanwhile, so nobody else takes it either.
    expect(await executor.dueLanes()).toEqual([]);
    for (const answer of flags.answers) answer();
    expect(await Promise.all(runs)).toEqual([1, 1]);
  });
});
