import { SetMetadata } from '@nestjs/common';
import type { CallKind } from '../../core/limits/limits.ts';
import { isRetreat } from '../../core/rollout/is-retreat.ts';

/** What a route counts as, and which of its requests are not counted at all. */
export interface Counted {
  readonly as: CallKind;
  readonly unless?: (body: unknown) => boolean;
}

export const countedKey = 'crossfade:counted';

/** Counts a route by itself. What carries no such mark counts as a look or a change, by its method. */
export const Limited = (as: CallKind, unless?: Counted['unless']): ReturnType<typeof SetMetadata> =>
  SetMetadata<string, Counted>(countedKey, unless === undefined ? { as } : { as, unless });

/** A command that stops a rollout or takes it back. */
export function retreats(body: unknown): boolean {
  return isRetreat(fieldOf(body, 'verb'));
}

/** A flag that is switched off: everybody is on the old side. */
export function switchesOff(body: unknown): boolean {
  return fieldOf(body, 'enabled') === false;
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, field)
    ? Reflect.get(body, field)
    : undefined;
}
