import { blockOf, type CallKind, type Limits } from '../core/limits/limits.ts';
import type { PermitStore } from './ports/permit-store.ts';

/** What a server took and has not used by then is lost. Milliseconds. */
const shareLivesMs = 10_000;

/** For so long nobody is refused once the store did not answer. Milliseconds. */
const openMs = 5_000;

/** More callers than this are not remembered; what is forgotten is asked for again. */
const sharesAtMost = 10_000;

/** What this server may give out to a caller without asking. */
interface Share {
  left: number;
  readonly until: number;
}

/**
 * Counts the calls of each caller, for all servers together, without asking the store each time: a server takes
 * permits in blocks and gives them out. So in any time a caller gets what its limit says and at the most a block more
 * for each server, and at the least a block less for each server in ten seconds. A refused caller costs nothing until
 * its time has come. Where the store does not answer nobody is refused: a limit must not become an outage.
 */
export class Limiter {
  readonly #permits: PermitStore;
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #shares = new Map<string, Share>();
  readonly #refills = new Map<string, { wanted: number; done: Promise<void> }>();

  /** @param now milliseconds of a clock that only goes forward */
  constructor(permits: PermitStore, limits: Limits, now = (): number => performance.now()) {
    this.#permits = permits;
    this.#limits = limits;
    this.#now = now;
  }

  /** 0 where the caller may go on; else after how many milliseconds it may come again. */
  async wait(caller: string, kind: CallKind): Promise<number> {
    const perMinute = this.#limits[kind];
    if (perMinute === null) return 0;
    const key = `${kind} ${caller}`;
    for (;;) {
      const share = this.#shares.get(key);
      const remainsMs = (share?.until ?? 0) - this.#now();
      if (share !== undefined && remainsMs > 0) {
        if (share.left === 0) return Math.ceil(remainsMs);
        share.left -= 1;
        // A share that is used up says nothing of whether there are more.
        if (share.left === 0) this.#shares.delete(key);
        return 0;
      }
      await this.#refilled(key, caller, kind, perMinute);
    }
  }

  /** However many come at once, the store is asked once for all of them. */
  #refilled(key: string, caller: string, kind: CallKind, perMinute: number): Promise<void> {
    const underWay = this.#refills.get(key);
    if (underWay !== undefined) {
      underWay.wanted += 1;
      return underWay.done;
    }
    const refill = { wanted: 1, done: Promise.resolve() };
    this.#refills.set(key, refill);
    refill.done = Promise.resolve()
      .then(() => this.#take(caller, kind, perMinute, Math.max(blockOf(perMinute), refill.wanted)))
      .then((share) => this.#keep(key, share))
      .finally(() => this.#refills.delete(key));
    return refill.done;
  }

  async #take(caller: string, kind: CallKind, perMinute: number, wanted: number): Promise<Share> {
    const open = { left: Infinity, until: openMs };
    const { left, until } = await this.#permits.take(caller, kind, perMinute, wanted).then(
      ({ granted, waitMs }) => ({ left: granted, until: granted > 0 ? shareLivesMs : waitMs }),
      () => open,
    );
    return { left, until: this.#now() + until };
  }

  #keep(key: string, share: Share): void {
    const [oldest] = this.#shares.keys();
    if (this.#shares.size >= sharesAtMost && oldest !== undefined) this.#shares.delete(oldest);
    this.#shares.set(key, share);
  }
}
