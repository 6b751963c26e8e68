import { MemoryRolloutStore } from '../../src/adapters/memory/memory-rollout-store.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { plain } from '../../src/core/rollout/differences.ts';
import { type Effect, effectKey } from '../../src/core/rollout/effect.ts';
import type { HistoryLine, HistoryTick } from '../../src/core/rollout/history.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { versionsOfNow } from '../../src/core/rollout/versions.ts';
import type { Claim, Committed, TickResult } from '../../src/engine/ports/rollout-store.ts';

/** Remembers what the newest decision of each rollout wants, and its history as a store keeps it. */
export class WatchedStore extends MemoryRolloutStore {
  readonly #wanted = new Map<string, readonly string[]>();
  readonly #ticks: HistoryTick[] = [];
  readonly #begunBy = new Map<string, Policy>();

  override create(rollout: Rollout, policy: Policy): Promise<Rollout> {
    this.#begunBy.set(rollout.id, policy);
    return super.create(rollout, policy);
  }

  override async commit(claim: Claim, result: TickResult): Promise<Committed | null> {
    const kept = await super.commit(claim, result);
    if (kept === null) return null;
    this.#wanted.set(claim.rollout.id, result.effects.map(effectKey));
    const { trace, decision } = result;
    if (trace !== null) {
      const { input, seen } = trace;
      this.#ticks.push(plain({ fence: claim.fence, input, seen, decision }));
    }
    return kept;
  }

  wants(rollout: string, effect: Effect): boolean {
    return this.#wanted.get(rollout)?.includes(effectKey(effect)) ?? false;
  }

  /** Of the only rollout, since it stood as `rollout`. */
  historyFrom(rollout: Rollout): readonly HistoryLine[] {
    const entry = this.entries.get(rollout.id);
    if (entry === undefined) throw new Error('nothing has begun');
    const policy = this.#begunBy.get(rollout.id) ?? entry.policy;
    const head = { versions: versionsOfNow, policy, from: { rollout, memory: null } };
    return [
      { kind: 'head', head },
      ...this.#ticks.map((tick): HistoryLine => ({ kind: 'tick', tick })),
      { kind: 'end', end: { phase: entry.rollout.phase, ticks: this.#ticks.length } },
    ];
  }
}
