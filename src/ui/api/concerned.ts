import type { Change } from '../../core/protocol/change.ts';

type Key = readonly unknown[];

/** What may look otherwise after a change, by the first word of its key; `one`: only where the second names it. */
const shownBy: Readonly<
  Record<Change['kind'], { all: readonly string[]; one: readonly string[] }>
> = {
  // An alert is listed with what it has led to.
  rollout: { all: ['rollouts', 'alerts'], one: ['rollout', 'events', 'backfill'] },
  route: { all: ['flags', 'rollout', 'rollouts'], one: ['flag'] },
  feature: { all: ['flags'], one: ['feature'] },
  segment: { all: [], one: [] },
  document: { all: ['policies'], one: ['policy'] },
  alert: { all: ['alerts', 'rollouts', 'rollout', 'events'], one: [] },
};

/** Whether what is kept under this key may be another now. */
export function isConcerned([what, which]: Key, { kind, name }: Change): boolean {
  const { all, one } = shownBy[kind];
  if (all.includes(String(what))) return true;
  return one.includes(String(what)) && isCalled(String(which), name);
}

/** A rollout may be looked at by its id, which begins with its policy's name. */
function isCalled(which: string, name: string): boolean {
  return which === name || which.startsWith(`${name}-`);
}
