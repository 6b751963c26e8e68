import type { Notice } from '../notify/notice.ts';
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
  | {
      readonly kind: 'revokeJob';
      readonly job: string;
      /** The generation that was seen when this was decided: a job asked for later is not meant. */
      readonly upTo: number;
    }
  | {
      readonly kind: 'throttleJob';
      readonly job: string;
      /** Why it is to go slowly, in words; null when it need not any more. */
      readonly reason: string | null;
    }
  | {
      readonly kind: 'notify';
      /** The name of the Provider that tells it. */
      readonly recipient: string;
      readonly notice: Notice;
    };

/** Names the effect within its rollout: asking for it again before it arrived adds nothing. */
export function effectKey(effect: Effect): string {
  switch (effect.kind) {
    case 'setRoute':
      return `setRoute/${effect.wanted.version}`;
    case 'writeRouteRow':
      return `writeRouteRow/${effect.row.revision}/${effect.row.kill ? 'kill' : 'go'}/${effect.row.safeSide}`;
    case 'ensureJob':
      return `ensureJob/${effect.job.id}/${effect.job.generation}`;
    case 'revokeJob':
      return `revokeJob/${effect.job}/${effect.upTo}`;
    case 'throttleJob':
      return `throttleJob/${effect.job}/${effect.reason === null ? 'off' : 'on'}`;
    case 'notify':
      return `notify/${effect.recipient}/${effect.notice.id}`;
  }
}

/**
 * Whether the effect is performed once, whatever later ticks ask for: what people are told of has happened, and
 * is told once. All other effects are asked for until they are seen, and again when they are seen no more.
 */
export function isLasting({ kind }: Effect): boolean {
  return kind === 'notify';
}

/**
 * Names the system that the effect is performed on. Effects of one lane may have to wait for each
 * other; those of another never wait for a system that does not answer.
 */
export function effectLane(
  effect: Effect,
  at: { readonly flagProvider: string; readonly target: string; readonly project: string },
): string {
  if (effect.kind === 'notify') return `notify ${effect.recipient} of ${at.project}`;
  return effect.kind === 'setRoute' ? `flags of ${at.flagProvider}` : `target ${at.target}`;
}
