import type { Crossfade, Migration } from '@crossfade/sdk';
import { rolloutName } from '../tenants.ts';
import type { Faults } from './faults.ts';
import type { ServiceRecord } from './service-record.ts';
import type { Found, User } from './user.ts';
import type { UserQueries } from './user-queries.ts';

/** Both versions of the queries, side by side for as long as the migration takes. */
export interface BothSides {
  readonly old: UserQueries;
  readonly new: UserQueries;
}

/**
 * The service's data access. Each operation names its two sides, and the SDK runs the one that the
 * current tenant is on. This is all that an application has to write.
 */
export class Users {
  readonly #birthdate: Migration<Found>;
  readonly #sides: BothSides;
  readonly #faults: Faults;
  readonly #record: ServiceRecord;

  constructor(crossfade: Crossfade, sides: BothSides, faults: Faults, record: ServiceRecord) {
    this.#birthdate = crossfade.migration<Found>(rolloutName);
    this.#sides = sides;
    this.#faults = faults;
    this.#record = record;
  }

  find(tenantId: string, id: number): Promise<Found> {
    return this.#birthdate.read({
      pure: true,
      old: async () => this.#record.madeBy('old', await this.#sides.old.find(tenantId, id)),
      new: () => this.#findNew(tenantId, id),
    });
  }

  insert(user: User): Promise<Found> {
    return this.#birthdate.write({
      old: async () => this.#record.madeBy('old', await this.#sides.old.insert(user)),
      new: async () => this.#record.madeBy('new', await this.#sides.new.insert(user)),
    });
  }

  updateDob(tenantId: string, id: number, dob: string | null): Promise<Found> {
    const { old, new: next } = this.#sides;
    return this.#birthdate.write({
      old: async () => this.#record.madeBy('old', await old.updateDob(tenantId, id, dob)),
      new: async () => this.#record.madeBy('new', await next.updateDob(tenantId, id, dob)),
    });
  }

  /** The read that the scenarios break, and its count of failures. */
  async #findNew(tenantId: string, id: number): Promise<Found> {
    try {
      const read = (): Promise<Found> => this.#sides.new.find(tenantId, id);
      return this.#record.madeBy('new', await this.#faults.ofNewRead(tenantId, read));
    } catch (error) {
      this.#record.newReadFailed();
      throw error;
    }
  }
}
