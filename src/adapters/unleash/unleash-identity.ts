import { CrossfadeError } from '../../core/errors.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';

interface UserBody {
  readonly user?: { readonly id?: number; readonly internalAdminTokenUserId?: number };
}

/** Who Crossfade is in Unleash: what its own events are recognised by. Asked for once. */
export class UnleashIdentity {
  readonly #api: UnleashAdminApi;
  #id: number | null = null;

  constructor(api: UnleashAdminApi) {
    this.#api = api;
  }

  /** The user id; all admin tokens have one and the same. */
  async id(): Promise<number> {
    if (this.#id !== null) return this.#id;
    const { body } = await this.#api.get('user');
    const { user } = (body ?? {}) as UserBody;
    const id = user?.id ?? user?.internalAdminTokenUserId;
    if (id === undefined) {
      throw new CrossfadeError('unavailable', 'Unleash did not say whose token this is (GET user)');
    }
    this.#id = id;
    return id;
  }
}
