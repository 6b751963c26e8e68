import type { Route, Side } from '../core/protocol/route.ts';
import { follow } from './decision.ts';
import type { FollowedRoute } from './decision.ts';
import type { Warnings } from './warnings.ts';

/** The newest route of each declared migration. A lower revision never replaces a higher one. */
export class RouteStore {
  readonly #declared = new Set<string>();
  readonly #followed = new Map<string, FollowedRoute>();
  readonly #warnings: Warnings;
  readonly #onApplied: () => void;

  constructor(warnings: Warnings, onApplied: () => void) {
    this.#warnings = warnings;
    this.#onApplied = onApplied;
  }

  /** Makes a migration known as one whose two sides this code has. False when it already was. */
  declare(migration: string): boolean {
    if (this.#declared.has(migration)) return false;
    this.#declared.add(migration);
    return true;
  }

  declared(): readonly string[] {
    return [...this.#declared];
  }

  get(migration: string): FollowedRoute | undefined {
    return this.#followed.get(migration);
  }

  /** 0 before the first route arrived. */
  revisionOf(migration: string): number {
    return this.#followed.get(migration)?.route.revision ?? 0;
  }

  /** The side to fall to; `new` for good once a route said so. */
  safeSideOf(migration: string): Side {
    return this.#followed.get(migration)?.route.safeSide ?? 'old';
  }

  /** Takes over every newer route of a declared migration and tells once if there was any. */
  apply(routes: readonly Route[]): void {
    const newer = routes.filter((route) => this.#isNewer(route));
    for (const route of newer) this.#follow(route);
    if (newer.length > 0) this.#onApplied();
  }

  #isNewer(route: Route): boolean {
    if (!this.#declared.has(route.migration)) return false;
    const revision = this.revisionOf(route.migration);
    if (route.revision < revision) {
      this.#warnings.once(
        `older:${route.migration}`,
        `Crossfade sent revision ${route.revision} of ${route.migration} after revision ${revision}; the newer one stays in force`,
      );
    }
    return route.revision > revision;
  }

  #follow(route: Route): void {
    const { migration } = route;
    if (route.baseStage === 'dualwrite' || route.canaryStage === 'dualwrite') {
      this.#warnings.once(
        `dualwrite:${migration}`,
        `stage dualwrite of ${migration} is not supported by this version; the old side serves instead (the sync trigger makes the other side's write)`,
      );
    }
    // After contract's gate the old shape may be gone: no later route makes old safe again.
    const safeSide = this.safeSideOf(migration) === 'new' ? 'new' : route.safeSide;
    this.#followed.set(migration, follow({ ...route, safeSide }));
  }
}
