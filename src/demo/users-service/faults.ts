import { setTimeout as sleep } from 'node:timers/promises';
import type { Found } from './user.ts';

/** What can be wrong with the new side's reads in this show. */
export const faultNames = ['errors', 'latency', 'mismatch'] as const;

export type FaultName = (typeof faultNames)[number];

const failingPart = 0.1;
const slowPart = 0.3;
const slowByMs = 500;

/**
 * The bug of the new code, switched on by the scenario. It sits in the service's own closure, where
 * a bug would sit; neither the SDK nor the control plane knows of it.
 */
export class Faults {
  readonly #onHit: () => void;
  #armed: FaultName | null = null;

  constructor(onHit: () => void) {
    this.#onHit = onHit;
  }

  arm(fault: FaultName | null): void {
    this.#armed = fault;
  }

  /** Around every read of the new side. */
  async ofNewRead(tenantId: string, read: () => Promise<Found>): Promise<Found> {
    switch (this.#armed) {
      case 'errors':
        return this.#fail(read);
      case 'latency':
        return this.#slowDown(read);
      case 'mismatch':
        return this.#shiftDay(tenantId, await read());
      case null:
        return read();
    }
  }

  async #fail(read: () => Promise<Found>): Promise<Found> {
    if (Math.random() >= failingPart) return read();
    this.#onHit();
    throw new Error('date/time field value out of range');
  }

  async #slowDown(read: () => Promise<Found>): Promise<Found> {
    if (Math.random() < slowPart) {
      this.#onHit();
      await sleep(slowByMs);
    }
    return read();
  }

  /** A time zone mistake: one tenant in five gets the day before. */
  #shiftDay(tenantId: string, found: Found): Found {
    const { user } = found;
    if (user === null || user.dob === null || !tenantId.endsWith('5')) return found;
    this.#onHit();
    const day = new Date(`${user.dob}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - 1);
    return { user: { ...user, dob: day.toISOString().slice(0, 10) } };
  }
}
