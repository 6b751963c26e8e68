import type { MemoryOutbox } from '../../src/adapters/memory/memory-outbox.ts';
import { FaultPoints, type FaultPoint } from '../../src/engine/ports/fault-points.ts';
import { type Failure, Outbox, type PendingEffect } from '../../src/engine/ports/outbox.ts';

/** A control plane that dies at a point when chance says so, as by kill -9. */
class Crash extends Error {}

/** Kills at a fault point when chance says so. */
export class ChanceOfDeath extends FaultPoints {
  dead = false;
  readonly #chance: () => boolean;

  constructor(chance: () => boolean) {
    super();
    this.#chance = chance;
  }

  override reached(point: FaultPoint): void {
    if (!this.#chance()) return;
    this.dead = true;
    throw new Crash(point);
  }
}

/** What a dead process can no longer say: an effect it had taken stays taken until its lease ends. */
export class MortalOutbox extends Outbox {
  readonly #outbox: MemoryOutbox;
  readonly #life: ChanceOfDeath;

  constructor(outbox: MemoryOutbox, life: ChanceOfDeath) {
    super();
    this.#outbox = outbox;
    this.#life = life;
  }

  override dueLanes(): Promise<readonly string[]> {
    return this.#life.dead ? Promise.resolve([]) : this.#outbox.dueLanes();
  }

  override take(lane: string, lease: number): Promise<PendingEffect | null> {
    return this.#life.dead ? Promise.resolve(null) : this.#outbox.take(lane, lease);
  }

  override done(effect: PendingEffect): Promise<void> {
    return this.#life.dead ? Promise.resolve() : this.#outbox.done(effect);
  }

  override failed(effect: PendingEffect, failure: Failure): Promise<void> {
    return this.#life.dead ? Promise.resolve() : this.#outbox.failed(effect, failure);
  }

  override abandon(effect: PendingEffect): Promise<void> {
    return this.#life.dead ? Promise.resolve() : this.#outbox.abandon(effect);
  }
}
