import { effectLane, isLasting } from '../../core/rollout/effect.ts';
import { type Failure, Outbox, type PendingEffect } from '../../engine/ports/outbox.ts';

interface Entry {
  pending: PendingEffect;
  state: 'pending' | 'performing' | 'aside' | 'done' | 'abandoned';
  dueAt: number;
  doneAt: number;
}

/** An effect that was done is asked for again only after its system had time to show it. */
const repeatAfterMs = 2_000;

/** The outbox in memory, with the same leases; for tests and simulations. */
export class MemoryOutbox extends Outbox {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  /** As the store's commit does it: what is not done and no longer wanted goes, what is wanted stays. */
  replace(rollout: string, wanted: readonly PendingEffect[]): void {
    const keys = new Set(wanted.map((effect) => keyOf(effect)));
    for (const [key, entry] of this.#entries) {
      const isOwn = entry.pending.rollout === rollout && !isLasting(entry.pending.effect);
      if (isOwn && entry.state !== 'done' && !keys.has(key)) this.#entries.delete(key);
    }
    for (const pending of wanted) this.#want(pending);
  }

  override dueLanes(): Promise<readonly string[]> {
    return Promise.resolve([...new Set(this.#due().map(laneOf))]);
  }

  override take(lane: string, leaseMs: number): Promise<PendingEffect | null> {
    const due = this.#due().find((entry) => laneOf(entry) === lane);
    if (due === undefined) return Promise.resolve(null);
    due.state = 'performing';
    due.dueAt = this.#now() + leaseMs;
    return Promise.resolve({ ...due.pending, takenAt: this.#now() });
  }

  override done(effect: PendingEffect): Promise<void> {
    const entry = this.#entries.get(keyOf(effect));
    if (entry !== undefined) Object.assign(entry, { state: 'done', doneAt: this.#now() });
    return Promise.resolve();
  }

  override failed(effect: PendingEffect, { retryAfterMs, isSetAside }: Failure): Promise<void> {
    const entry = this.#entries.get(keyOf(effect));
    if (entry !== undefined) {
      entry.state = isSetAside ? 'aside' : 'pending';
      entry.dueAt = this.#now() + retryAfterMs;
      entry.pending = { ...effect, attempts: effect.attempts + 1 };
      for (const other of isSetAside ? [] : this.#waiting(entry))
        other.dueAt = Math.max(other.dueAt, entry.dueAt);
    }
    return Promise.resolve();
  }

  override abandon(effect: PendingEffect): Promise<void> {
    const entry = this.#entries.get(keyOf(effect));
    if (entry !== undefined) entry.state = 'abandoned';
    return Promise.resolve();
  }

  #due(): readonly Entry[] {
    return [...this.#entries.values()]
      .filter(
        (entry) => isOpen(entry.state) && entry.dueAt <= this.#now() && !this.#isBehind(entry),
      )
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Whether another message has to go before it. Entries are in the order in which they were wanted. */
  #isBehind(entry: Entry): boolean {
    const first = [...this.#entries.values()].find(
      (other) => isOpen(other.state) && other.state !== 'aside' && isInLine(other, entry),
    );
    return entry.state !== 'aside' && first !== undefined && first !== entry;
  }

  /** Other messages of the same line that nobody is sending just now. */
  #waiting(entry: Entry): readonly Entry[] {
    return [...this.#entries.values()].filter(
      (other) => other !== entry && other.state === 'pending' && isInLine(other, entry),
    );
  }

  #want(pending: PendingEffect): void {
    const present = this.#entries.get(keyOf(pending));
    const now = this.#now();
    const again =
      present?.state === 'done' &&
      !isLasting(pending.effect) &&
      now - present.doneAt > repeatAfterMs;
    if (present !== undefined && !again) return;
    const entry: Entry = { pending, state: 'pending', dueAt: now, doneAt: 0 };
    for (const other of this.#waiting(entry)) other.dueAt = Math.min(other.dueAt, now);
    this.#entries.set(keyOf(pending), entry);
  }
}

function isOpen(state: Entry['state']): boolean {
  return state !== 'done' && state !== 'abandoned';
}

/** Whether both are messages of one rollout to one recipient. */
function isInLine(one: Entry, other: Entry): boolean {
  const isTold = one.pending.effect.kind === 'notify' && other.pending.effect.kind === 'notify';
  return isTold && one.pending.rollout === other.pending.rollout && laneOf(one) === laneOf(other);
}

function keyOf(effect: PendingEffect): string {
  return `${effect.rollout} ${effect.key}`;
}

function laneOf({ pending }: Entry): string {
  return effectLane(pending.effect, pending);
}
