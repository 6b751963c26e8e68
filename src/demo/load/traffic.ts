import { seededId, seededRows, seededRowsPerTenant, tenantCount, tenantName } from '../tenants.ts';
import type { Value } from './journal.ts';
import { zipf } from './zipf.ts';

/** One request to the users service. */
export interface Operation {
  readonly kind: 'read' | 'update' | 'insert';
  readonly tenantId: string;
  readonly id: number;
  /** What a write writes. */
  readonly value: Value;
}

const exponent = 1.1;
const readPart = 0.7;
const insertPart = 0.1;
const readNewestPart = 0.3;
const nullPart = 0.03;
const remembered = 20;
const attempts = 20;
const firstDay = Date.UTC(1930, 0, 1);
const days = 29_000;
const dayMs = 86_400_000;

/** 200 clinics, a few of which make most of the traffic: 70 % reads, 20 % updates, 10 % inserts. */
export class Traffic {
  readonly #random: () => number;
  readonly #tenant: () => number;
  /** Keys that each tenant wrote lately; they are read more often than others. */
  readonly #written = new Map<number, number[]>();
  #lastId = seededRows;

  constructor(random: () => number) {
    this.#random = random;
    this.#tenant = zipf(tenantCount, exponent, random);
  }

  /** `isFree` says which keys may be written now. */
  next(isFree: (id: number) => boolean): Operation {
    const tenant = this.#tenant();
    const drawn = this.#random();
    const tenantId = tenantName(tenant);
    if (drawn < readPart) {
      return { kind: 'read', tenantId, id: this.#readable(tenant), value: null };
    }
    const value = this.#value();
    if (drawn < readPart + insertPart) {
      this.#lastId += 1;
      return { kind: 'insert', tenantId, id: this.#lastId, value };
    }
    const id = this.#free(tenant, isFree);
    if (id === null) return { kind: 'read', tenantId, id: this.#readable(tenant), value: null };
    return { kind: 'update', tenantId, id, value };
  }

  /** The write was acknowledged: its key may now be read. */
  written(operation: Operation): void {
    const tenant = Number(operation.tenantId.slice(-3)) - 1;
    const keys = this.#written.get(tenant) ?? [];
    keys.push(operation.id);
    if (keys.length > remembered) keys.shift();
    this.#written.set(tenant, keys);
  }

  /** Null when none is found soon: after long trouble a tenant may have no key left to write. */
  #free(tenant: number, isFree: (id: number) => boolean): number | null {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const id = this.#seeded(tenant);
      if (isFree(id)) return id;
    }
    return null;
  }

  #readable(tenant: number): number {
    const newest = this.#written.get(tenant) ?? [];
    const drawn = this.#random();
    const chosen = newest[Math.floor((drawn / readNewestPart) * newest.length)];
    return drawn < readNewestPart && chosen !== undefined ? chosen : this.#seeded(tenant);
  }

  #seeded(tenant: number): number {
    return seededId(tenant, Math.floor(this.#random() * seededRowsPerTenant));
  }

  #value(): Value {
    if (this.#random() < nullPart) return null;
    const day = firstDay + Math.floor(this.#random() * days) * dayMs;
    return new Date(day).toISOString().slice(0, 10);
  }
}
