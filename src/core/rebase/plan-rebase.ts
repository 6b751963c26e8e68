import { covers, type Role } from '../access/role.ts';
import { isSameWatch } from '../judge/baseline/rebase-baseline.ts';
import { baselineStreams } from '../judge/baseline/baseline-streams.ts';
import type { Policy } from '../policy/policy.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { sdkConfig } from '../rollout/judging.ts';
import { immovableParts } from './fixed-parts.ts';
import { guardChanges } from './guard-changes.ts';
import { type Immovable, loosened, type PolicyChange } from './policy-change.ts';
import { ruleChanges } from './rule-changes.ts';
import { type Reached, stepChanges } from './step-changes.ts';

/** What moving a living rollout onto a newer revision of its policy would change. */
export interface RebasePlan {
  readonly changes: readonly PolicyChange[];
  /** What stands against it; nothing is changed unless there is none. */
  readonly immovable: readonly Immovable[];
}

/** The plan of moving a rollout from the revision that it runs by onto another one. */
export function planRebase(
  running: Policy,
  next: Policy,
  rollout: Pick<Rollout, 'phase' | 'step'>,
): RebasePlan {
  const steps = stepChanges(running, next, reachedBy(rollout));
  return {
    changes: [
      ...steps.changes,
      ...guardChanges(running, next),
      ...watchChanges(running, next),
      ...ruleChanges(running, next),
    ],
    immovable: [...immovableParts(running, next), ...steps.immovable],
  };
}

/** What is known of the old side's past is of use only while the same is watched. */
function watchChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  const [before, after] = [running, next].map((policy) => baselineStreams(sdkConfig(policy)));
  if (before === undefined || after === undefined) return [];
  if (before.length === 0 || isSameWatch(before, after)) return [];
  return [loosened(['guards'], 'the watch over the old side begins anew')];
}

/** A rollout that has not begun has entered no step. */
function reachedBy({ phase, step }: Pick<Rollout, 'phase' | 'step'>): Reached {
  return phase === 'pending' ? null : step.index;
}

/** The changes by which less stands between a fault and the units. */
export function loosenings({ changes }: RebasePlan): readonly PolicyChange[] {
  return changes.filter(({ loosens }) => loosens);
}

/** The highest role that a change takes, with that change; null where an operator may make all of them. */
export function strictest({
  changes,
}: RebasePlan): (PolicyChange & { readonly role: Role }) | null {
  return changes.reduce<(PolicyChange & { readonly role: Role }) | null>((found, change) => {
    const { role } = change;
    if (role === undefined || (found !== null && covers(found.role, role))) return found;
    return { ...change, role };
  }, null);
}

/** So many changes are named in one sentence. */
const mostNamed = 8;

export function changeWords(changes: readonly Pick<PolicyChange, 'words'>[]): string {
  const named = changes.slice(0, mostNamed).map(({ words }) => words);
  const rest = changes.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
