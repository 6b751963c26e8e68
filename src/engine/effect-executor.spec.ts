import { NotAccepted, type Notifier, Notifiers } from './ports/notifier.ts';
import { describe, expect, it } from '@jest/globals';
import { MemoryOutbox } from '../adapters/memory/memory-outbox.ts';
import { NoFaults } from '../adapters/system/kill-points.ts';
import { type Effect, effectKey } from '../core/rollout/effect.ts';
import { exampleNotice } from '../../test/support/example-notice.ts';
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
  const at = {
    project: 'identity',
    target: 'users-db',
    flagProvider: 'slow',
    attempts: 0,
    takenAt: 0,
    traceparent: null,
  };
  return { rollout: flag, key: 'setRoute/1', effect, ...at };
}

function scene(): { executor: EffectExecutor; flags: SlowFlags; pass: (ms: number) => void } {
  let now = 0;
  const outbox = new MemoryOutbox(() => now);
  for (const flag of ['one', 'two']) outbox.replace(flag, [pending(flag)]);
  const flags = new SlowFlags();
  const executor = new EffectExecutor(
    outbox,
    { flags: { slow: flags }, targets: {} as Targets, notifiers: {} as Notifiers },
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

/** A channel that answers when the spec lets it, and remembers by which id it was told. */
class Channel extends Notifiers {
  readonly told: string[] = [];
  isDead = true;
  /** What is refused while it is dead. */
  refused = /^/;
  fault = new Error('nobody listens');

  override open(_project: string, name: string): Promise<Notifier> {
    return Promise.resolve({
      send: (notice) => {
        const words = `${name} ${notice.id}`;
        this.told.push(words);
        return this.isDead && this.refused.test(words)
          ? Promise.reject(this.fault)
          : Promise.resolve();
      },
    });
  }
}

function message(recipient: string, id = exampleNotice.id, rollout = 'users-birthdate-1') {
  const effect: Effect = { kind: 'notify', recipient, notice: { ...exampleNotice, id } };
  const at = {
    project: 'identity',
    target: 'users-db',
    flagProvider: 'slow',
    attempts: 0,
    takenAt: 0,
    traceparent: null,
  };
  return { rollout, key: effectKey(effect), effect, ...at };
}

describe('a message', () => {
  const lane = 'notify channel of identity';

  function told(): {
    executor: EffectExecutor;
    channel: Channel;
    outbox: MemoryOutbox;
    pass: (ms: number) => void;
  } {
    let now = exampleNotice.at;
    const outbox = new MemoryOutbox(() => now);
    const channel = new Channel();
    const systems = {
      flags: { slow: new SlowFlags() },
      targets: {} as Targets,
      notifiers: channel,
    };
    const executor = new EffectExecutor(outbox, systems, new NoFaults(), new Silence());
    const pass = (ms: number): void => void (now += ms);
    outbox.replace('users-birthdate-1', [message('channel'), pending('one')]);
    return { executor, channel, outbox, pass };
  }

  it('waits in a lane of its own, so that nobody listening delays no act', async () => {
    const { executor, channel } = told();
    expect(await executor.dueLanes()).toEqual([lane, 'flags of slow']);
    expect(await executor.run(lane)).toBe(0);
    expect(channel.told).toHaveLength(1);
    expect(await executor.dueLanes()).toEqual(['flags of slow']);
  });

  it('is sent again, as the same message, until it is accepted, whatever is decided meanwhile', async () => {
    const { executor, channel, outbox, pass } = told();
    await executor.run(lane);
    outbox.replace('users-birthdate-1', []);
    pass(1_000);
    await executor.run(lane);
    channel.isDead = false;
    pass(2_000);
    expect(await executor.run(lane)).toBe(1);
    expect(channel.told).toEqual(Array(3).fill(`channel ${exampleNotice.id}`));
    outbox.replace('users-birthdate-1', [message('channel')]);
    pass(3_600_000);
    expect(await executor.run(lane)).toBe(0);
  });

  it('is given up at its deadline, and sent no more', async () => {
    const { executor, channel, pass } = told();
    for (let hours = 0; hours < 10; hours += 1) {
      await executor.run(lane);
      pass(3_600_000);
    }
    // A page is good for two hours.
    expect(channel.told).toHaveLength(3);
    channel.isDead = false;
    expect(await executor.run(lane)).toBe(0);
  });

  it('is not overtaken by a later one of its rollout to the same recipient, and delays no other', async () => {
    const { executor, channel, outbox, pass } = told();
    await executor.run(lane);
    pass(500);
    outbox.replace('users-birthdate-1', [message('channel', 'later'), message('pager', 'later')]);
    outbox.replace('users-locale-1', [message('channel', 'locale', 'users-locale-1')]);
    channel.refused = /^channel (?!locale)/;
    // The new one hurries the first, which fails anew; those of others arrive.
    expect(await executor.run(lane)).toBe(1);
    expect(await executor.run('notify pager of identity')).toBe(1);
    const first = `channel ${exampleNotice.id}`;
    expect(channel.told).toEqual([first, first, 'channel locale', 'pager later']);
    expect(await executor.dueLanes()).not.toContain(lane);
    channel.isDead = false;
    pass(3_000);
    expect(await executor.run(lane)).toBe(2);
    expect(channel.told.slice(4)).toEqual([first, 'channel later']);
  });

  it('waits while the one before it is being sent', async () => {
    const { executor, channel, outbox } = told();
    await outbox.take(lane, 5_000);
    outbox.replace('users-birthdate-1', [message('channel', 'later')]);
    expect(await executor.run(lane)).toBe(0);
    expect(channel.told).toEqual([]);
  });

  it('that its recipient cannot read delays no later one, and is sent again by itself', async () => {
    const { executor, channel, outbox, pass } = told();
    channel.fault = new NotAccepted('the message was answered 400', null, true);
    await executor.run(lane);
    channel.isDead = false;
    outbox.replace('users-birthdate-1', [message('channel', 'later')]);
    expect(await executor.run(lane)).toBe(1);
    expect(channel.told.at(-1)).toBe('channel later');
    pass(2_000);
    expect(await executor.run(lane)).toBe(1);
    expect(channel.told.at(-1)).toBe(`channel ${exampleNotice.id}`);
  });

  it('waits as long as its recipient asks', async () => {
    const { executor, channel, pass } = told();
    channel.fault = new NotAccepted('the message was answered 429', 60_000);
    await executor.run(lane);
    pass(59_999);
    await executor.run(lane);
    expect(channel.told).toHaveLength(1);
    pass(1);
    await executor.run(lane);
    expect(channel.told).toHaveLength(2);
  });
});
