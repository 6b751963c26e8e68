import type { RouteRow } from '../protocol/route.ts';
import type { JobSpec } from '../schema-migration/job.ts';
import type { WantedRoute } from './rollout.ts';

/** A decision's outward act, as data. Each may be performed twice with the same result as once. */
export type Effect =
  | {
      readonly kind: 'setRoute';
      readonly flag: string;
      readonly wanted: WantedRoute;
      /** The flag's revision when this was decided; 0 when there was no flag. */
      readonly seen: number;
    }
  | { readonly kind: 'writeRouteRow'; readonly row: RouteRow }
  | { readonly kind: 'ensureJob'; readonly job: JobSpec }
  | { readonly kind: 'revokeJobs'; readonly rollout: string };

/** Names the effect within its rollout: asking for it again before it arrived adds nothing. */
export function effectKey(effect: Effect): string {
  switch (effect.kind) {
    case 'setRoute':
      return `setRoute/${effect.wanted.version}`;
    case 'writeRouteRow':
      return `writeRouteRow/${effect.row.revision}/${effect.row.kill ? 'kill' : 'go'}/${effect.row.safeSide}`;
    case 'ensureJob':
      return `ensureJob/${effect.job.id}`;
    case 'revokeJobs':
      return `revokeJobs/${effect.rollout}`;
  }
}
