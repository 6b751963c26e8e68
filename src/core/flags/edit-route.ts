import { CrossfadeError } from '../errors.ts';
import type { RouteSpec } from '../protocol/route.ts';

/** What a person changes about the flag of a rollout; what is absent stays. */
export interface RouteEdit {
  /** False sends everybody to the safe side. */
  readonly enabled?: boolean | undefined;
  /** In the canary from now on: a whole percentage of the units that no list names. */
  readonly share?: number | undefined;
  /** Units to be kept on the old side from now on. */
  readonly pin?: readonly string[] | undefined;
  /** Pinned units that are routed like others again, whoever pinned them. */
  readonly unpin?: readonly string[] | undefined;
}

/**
 * The route as a person wants it. Throws `refused` when contract has taken the old side away, and `notFound`
 * for a unit to be unpinned that is not pinned: a mistyped id would be believed to be free.
 */
export function editRoute(spec: RouteSpec, edit: RouteEdit): RouteSpec {
  const { share = spec.share, pin = [], unpin = [] } = edit;
  const moves = share !== spec.share || pin.length > 0 || unpin.length > 0;
  if (moves && spec.safeSide === 'new') {
    const words = `contract has taken the old side of ${spec.migration} away: nobody can be moved any more`;
    throw new CrossfadeError('refused', words);
  }
  const stranger = unpin.find((unit) => !spec.pinned.includes(unit));
  if (stranger !== undefined) {
    const words = `"${stranger}" is not pinned; pinned are: ${spec.pinned.slice(0, 20).join(', ') || 'none'}`;
    throw new CrossfadeError('notFound', words);
  }
  const kept = spec.pinned.filter((unit) => !unpin.includes(unit));
  return { ...spec, share, pinned: [...new Set([...kept, ...pin])] };
}
