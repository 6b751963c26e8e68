import { expect, it } from '@jest/globals';
import { MemoryOutbox } from '../../adapters/memory/memory-outbox.ts';
import { MemoryRolloutStore } from '../../adapters/memory/memory-rollout-store.ts';
import { createRollout } from '../../core/rollout/create-rollout.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { MemoryFollowStore } from '../../../test/support/memory-follow-store.ts';
import { EngineMetrics } from '../metrics/engine-metrics.ts';
import { AttentionGauge } from './attention-gauge.ts';

const now = (): number => 0;

it('shows each rollout that somebody should look at for as long as it stands so', async () => {
  const store = new MemoryRolloutStore(new MemoryOutbox(now), now, () => undefined);
  const begin = async (name: string, change: Partial<Rollout>): Promise<void> => {
    const policy = { ...examplePolicy, name };
    await store.create({ ...createRollout(policy, `${name}-1`, 1, 0), ...change }, policy);
  };
  await begin('frozen', { phase: 'frozen' });
  await begin('held', { phase: 'running', hold: { code: 'guard:errors', reason: '', since: 0 } });
  await begin('fine', { phase: 'running' });
  const metrics = new EngineMetrics();
  const following = new MemoryFollowStore(now);
  const clock = { now: () => Promise.resolve(now()) };
  new AttentionGauge(store, following, clock, metrics);
  const shown = async (): Promise<readonly string[]> =>
    (await metrics.registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('crossfade_attention{'));
  expect(await shown()).toEqual([
    'crossfade_attention{rollout="frozen",reason="frozen"} 2',
    'crossfade_attention{rollout="held",reason="guard"} 1',
  ]);
  const fault = { since: 0, commit: null, message: '1 fault', faults: [] };
  for (const set of ['shop', 'over', 'good']) {
    const held = await following.take(set, '/policies', 'a', set === 'over' ? 0 : 1);
    if (held === null || set === 'good') continue;
    await following.report(held.turn, { fingerprint: 'f', fault });
  }
  expect((await shown()).at(-1)).toBe('crossfade_attention{set="shop",reason="refused"} 1');
  await following.report({ set: 'shop', fence: 1 }, { fingerprint: 'g', fault: null });
  for (const entry of store.entries.values())
    entry.rollout = { ...entry.rollout, phase: 'aborted' };
  expect(await shown()).toEqual([]);
});
