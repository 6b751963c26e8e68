import type { FollowTurn } from '../../src/engine/ports/document-sets.ts';
import {
  type Following,
  type FollowReport,
  FollowStore,
} from '../../src/engine/ports/follow-store.ts';

/** The turns of following in memory, by the same rules. */
export class MemoryFollowStore extends FollowStore {
  readonly #rows = new Map<string, Following & { readonly fence: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  row(set: string): Following | undefined {
    return this.#rows.get(set);
  }

  override async take(
    set: string,
    folder: string,
    owner: string,
    leaseMs: number,
  ): Promise<(Following & { readonly turn: FollowTurn }) | null> {
    const now = this.#now();
    const before = this.#rows.get(set);
    if (before !== undefined && before.owner !== owner && before.leaseUntil > now) return null;
    const fence = (before?.fence ?? 0) + Number(before?.owner !== owner);
    const fresh = { fingerprint: null, triedAt: null, fault: null };
    const row = { ...fresh, ...before, set, folder, owner, leaseUntil: now + leaseMs, fence };
    this.#rows.set(set, row);
    return { ...row, turn: { set, fence } };
  }

  override async report({ set, fence }: FollowTurn, report: FollowReport): Promise<void> {
    const row = this.#rows.get(set);
    if (row?.fence === fence) this.#rows.set(set, { ...row, ...report, triedAt: this.#now() });
  }

  override async all(): Promise<readonly Following[]> {
    return [...this.#rows.values()];
  }
}
