import type { RouteRow, Side } from '../core/protocol/route.ts';
import type { Contact } from './contact.ts';
import { doubted } from './decision.ts';
import type { Decision, DoubtReason } from './decision.ts';
import type { FreezeWatch } from './freeze-watch.ts';
import type { RouteRows } from './route-rows.ts';
import type { RouteStore } from './route-store.ts';
import type { Timing } from './timing.ts';

/** What deciding stands on. */
export interface DecisionSources {
  readonly timing: Timing;
  readonly routes: RouteStore;
  readonly contact: Contact;
  readonly freeze: FreezeWatch;
  readonly rows: RouteRows | null;
  /** A round trip to Crossfade that begins at `since` or later; false when it did not succeed soon. */
  readonly confirm: (since: number) => Promise<boolean>;
}

/**
 * Decides for a unit. The answer comes at once, except where the SDK has reason to doubt what it
 * knows: then the new side is served only after the revision was confirmed, and else the safe side.
 */
export class Decisions {
  readonly #sources: DecisionSources;
  readonly #maxStaleMs: number;
  #closed = false;
  /** The suspicion for which Crossfade already failed to answer; heartbeats go on trying. */
  #unconfirmed: number | null = null;

  constructor(sources: DecisionSources, maxStaleMs: number) {
    this.#sources = sources;
    this.#maxStaleMs = maxStaleMs;
  }

  /** From now on nothing can be confirmed any more: the safe side serves. */
  close(): void {
    this.#closed = true;
  }

  decide(migration: string, unit: string | undefined): Decision | Promise<Decision> {
    const { routes, contact, freeze, timing } = this.#sources;
    const now = timing.monotonicMs();
    const followed = routes.get(migration);
    if (this.#closed) return this.#safe(migration, 'closed');
    if (followed === undefined) return this.#bySafeSideOfRow(migration, 'unknown');
    const killed = this.#killed(migration);
    if (killed !== null) return this.#safe(migration, 'killed', killed);
    if (contact.ageMs(now) > this.#maxStaleMs) return this.#bySafeSideOfRow(migration, 'stale');
    const decision = followed.decide(unit);
    if (decision.side === followed.route.safeSide || decision.side === 'old') return decision;
    const suspectSince = freeze.suspectSince(now);
    if (suspectSince === null) return decision;
    return this.#afterFreeze(migration, unit, suspectSince);
  }

  /** Whether a decision that is kept for a whole scope may still serve the new side. */
  stillHolds(migration: string, decision: Decision, freezes: number): boolean {
    if (decision.side === 'old') return true;
    const { contact, freeze, timing } = this.#sources;
    const now = timing.monotonicMs();
    if (this.#closed || contact.ageMs(now) > this.#maxStaleMs) return false;
    if (this.#killed(migration) !== null) return false;
    return freeze.suspectSince(now) === null && freeze.freezes === freezes;
  }

  /** The kill switch of the second path acts only while the first one is out of reach. */
  #killed(migration: string): RouteRow | null {
    const { rows, contact } = this.#sources;
    return rows === null || contact.isFresh() ? null : rows.killed(migration);
  }

  #bySafeSideOfRow(migration: string, reason: DoubtReason): Decision | Promise<Decision> {
    const { rows } = this.#sources;
    if (rows === null) return this.#safe(migration, reason);
    const row = rows.recent(migration);
    if (row !== undefined) return this.#safe(migration, reason, row);
    return rows.read(migration).then((read) => this.#safe(migration, reason, read));
  }

  async #afterFreeze(
    migration: string,
    unit: string | undefined,
    suspectSince: number,
  ): Promise<Decision> {
    const { routes, freeze, rows, confirm } = this.#sources;
    if (this.#unconfirmed !== suspectSince && !(await confirm(suspectSince))) {
      this.#unconfirmed = suspectSince;
    }
    const followed = routes.get(migration);
    if (followed === undefined || this.#closed) return this.#safe(migration, 'frozen');
    if (freeze.suspectSince() === null) return followed.decide(unit);
    const row = (await rows?.read(migration, suspectSince)) ?? null;
    const confirmed = row?.revision === followed.route.revision && !row.kill;
    return confirmed ? followed.decide(unit) : this.#safe(migration, 'frozen', row);
  }

  #safe(migration: string, reason: DoubtReason, row: RouteRow | null = null): Decision {
    const { routes } = this.#sources;
    const latched = routes.safeSideOf(migration);
    const side: Side = latched === 'new' ? 'new' : (row?.safeSide ?? latched);
    return doubted(side, reason, routes.revisionOf(migration));
  }
}
