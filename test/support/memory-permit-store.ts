import { burstOf, type CallKind } from '../../src/core/limits/limits.ts';
import { PermitStore, type TakenPermits } from '../../src/engine/ports/permit-store.ts';

/** Buckets that never fill again; it counts how often it is asked. */
export class MemoryPermitStore extends PermitStore {
  asked = 0;
  isAway = false;
  readonly #remaining = new Map<string, number>();

  async take(
    caller: string,
    kind: CallKind,
    perMinute: number,
    wanted: number,
  ): Promise<TakenPermits> {
    this.asked += 1;
    if (this.isAway) throw new Error('the store is away');
    const key = `${kind} ${caller}`;
    const remaining = this.#remaining.get(key) ?? burstOf(perMinute);
    const granted = Math.min(wanted, remaining);
    this.#remaining.set(key, remaining - granted);
    return { granted, waitMs: granted > 0 ? 0 : 60_000 / perMinute };
  }

  async forget(): Promise<void> {
    this.#remaining.clear();
  }
}
