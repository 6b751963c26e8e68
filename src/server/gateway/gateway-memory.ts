import {
  doubtfulAnswer,
  type GatewayAnswer,
  type GatewayRoute,
  gatewayRoute,
  unknownAnswer,
} from '../../core/gateway/gateway-answer.ts';
import type { Route, Side } from '../../core/protocol/route.ts';
import type { RouteFeed } from '../../engine/ports/route-feed.ts';

/** How long the last known routes serve while the state database is away, as with the SDK. Milliseconds. */
export const gatewayMaxStaleMs = 15 * 60_000;

/** Until when the last word of the state database is good for an answer: which word, and for how long. */
export interface Lease {
  /** When the instance was last heard there, monotonic milliseconds. */
  readonly renewedAt: number;
  readonly forMs: number;
}

const lookEveryMs = 1_000;

/** A process that did not run for longer may have slept through a rollback. Milliseconds. */
const freezeAfterMs = 2_000;

/** What gateways are answered from: the routes, kept here, so that no request waits for anything. */
export class GatewayMemory {
  readonly #feed: RouteFeed;
  readonly #now: () => number;
  readonly #unsubscribe: () => void;
  readonly #changed = new Set<() => void>();
  #routes: ReadonlyMap<string, GatewayRoute> = new Map();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #beatAt: number;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #frozenAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic milliseconds */
  constructor(feed: RouteFeed, now = (): number => performance.now()) {
    this.#feed = feed;
    this.#now = now;
    this.#beatAt = now();
    this.#unsubscribe = feed.subscribe((routes) => this.#keep(routes));
  }

  async onModuleInit(): Promise<void> {
    this.#timer = setInterval(() => void this.look(), lookEveryMs).unref();
    await this.look();
  }

  onModuleDestroy(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#unsubscribe();
  }

  /** Makes sure that what is known still stands. Never rejects: what fails now is tried again. */
  look(): Promise<void> {
    this.#noticeFreeze();
    this.#looking ??= this.#read().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Calls `listener` whenever a route has changed, once the new one answers. */
  onChange(listener: () => void): void {
    this.#changed.add(listener);
  }

  /** The revision that answers; 0 when there is no such route. */
  revisionOf(rollout: string): number {
    return this.#routes.get(rollout)?.route.revision ?? 0;
  }

  /** The side that serves in doubt; `new` for good once a route said so. */
  safeSideOf(rollout: string): Side {
    return this.#routes.get(rollout)?.route.safeSide ?? 'old';
  }

  /**
   * @param safeSide what the gateway itself falls to; taken for a rollout that nobody knows
   * @param lease of the instance that answers: beyond it nobody waits for what it says
   */
  answer(
    rollout: string,
    unit: string | undefined,
    safeSide: Side,
    { renewedAt, forMs }: Lease,
  ): GatewayAnswer {
    const known = this.#routes.get(rollout);
    if (known === undefined) return unknownAnswer(safeSide, unit);
    this.#noticeFreeze();
    const { revision, safeSide: side } = known.route;
    if (this.#frozenAt > this.#confirmedAt) return doubtfulAnswer(side, 'frozen', revision);
    const age = this.#now() - Math.min(this.#confirmedAt, renewedAt);
    if (age > forMs) return doubtfulAnswer(side, 'stale', revision);
    return known.answer(unit);
  }

  async #read(): Promise<void> {
    const began = this.#now();
    try {
      this.#keep(await this.#feed.routes());
      this.#confirmedAt = Math.max(this.#confirmedAt, began);
    } catch {
      // The database is away: what was known answers, up to its limit.
    }
  }

  /** The first code that runs after a freeze may be an answer, not the look: both notice. */
  #noticeFreeze(): void {
    const now = this.#now();
    if (now - this.#beatAt > freezeAfterMs + lookEveryMs) this.#frozenAt = now;
    this.#beatAt = now;
  }

  #keep(routes: readonly Route[]): void {
    const kept = new Map<string, GatewayRoute>();
    let changed = routes.length !== this.#routes.size;
    for (const route of routes) {
      const before = this.#routes.get(route.migration);
      const isSame = before?.route.revision === route.revision;
      changed ||= !isSame;
      kept.set(route.migration, before !== undefined && isSame ? before : this.#next(route));
    }
    if (!changed) return;
    this.#routes = kept;
    for (const listener of this.#changed) listener();
  }

  /** After contract's gate the old shape may be gone: no later route makes old safe again. */
  #next(route: Route): GatewayRoute {
    const latched = this.safeSideOf(route.migration) === 'new';
    return gatewayRoute(latched ? { ...route, safeSide: 'new' } : route);
  }
}
