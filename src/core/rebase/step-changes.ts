import { canonical } from '../canonical.ts';
import { covers, type Role } from '../access/role.ts';
import type { Policy } from '../policy/policy.ts';
import { approvalOf, type BackfillStep, type Step, stepName } from '../policy/step.ts';
import {
  type Immovable,
  loosened,
  type PolicyChange,
  tightened,
  valueWords,
} from './policy-change.ts';

/** How far a rollout is: the number of the step that it is in; null before the first. */
export type Reached = number | null;

export interface StepChanges {
  readonly changes: readonly PolicyChange[];
  readonly immovable: readonly Immovable[];
}

/**
 * What a newer revision says of the steps otherwise. Those that are done stay as they were done; of the present
 * one only how long and for whom it waits may change; those to come are free, and told apart by their names.
 */
export function stepChanges(running: Policy, next: Policy, reached: Reached): StepChanges {
  const entered = reached === null ? 0 : reached + 1;
  const immovable = running.steps.slice(0, entered).flatMap((step, index) => {
    const isHere = index === reached;
    return fixedStep(step, next.steps[index], index, isHere);
  });
  if (immovable.length > 0) return { changes: [], immovable };
  const [before, after] = [running.steps.slice(entered), next.steps.slice(entered)];
  return {
    immovable,
    changes: [...presentChanges(running, next, reached), ...comingChanges(before, after, entered)],
  };
}

function fixedStep(
  step: Step,
  other: Step | undefined,
  index: number,
  isHere: boolean,
): readonly Immovable[] {
  const path = ['steps', index];
  const state = isHere ? 'is under way' : 'is done';
  if (other === undefined || stepName(other) !== stepName(step)) {
    const instead = other === undefined ? 'nothing' : `\`${stepName(other)}\``;
    return [{ path, words: `${instead} stands where \`${stepName(step)}\` ${state}` }];
  }
  const [kept, wanted] = isHere ? [identityOf(step), identityOf(other)] : [step, other];
  if (canonical(kept) === canonical(wanted)) return [];
  const words = `\`${stepName(step)}\` ${state} and stays as it is: ${valueWords(kept, wanted)}`;
  return [{ path, words }];
}

/** What a step does, without how long and for whom it waits. Work on the target is all of it. */
function identityOf(step: Step): object {
  switch (step.kind) {
    case 'shadow':
      return { kind: step.kind, sample: step.sample };
    case 'ring':
      return { kind: step.kind, ring: step.ring };
    case 'share':
      return { kind: step.kind, percent: step.percent };
    case 'count':
      return { kind: step.kind, size: step.size, order: step.order };
    case 'soak':
      return { kind: step.kind };
    case 'contract':
      return step;
    case 'rehearse':
    case 'expand':
    case 'backfill':
    case 'verify': {
      const { approval: _, ...work } = step;
      return work;
    }
  }
}

function presentChanges(running: Policy, next: Policy, reached: Reached): readonly PolicyChange[] {
  const [before, after] = [running.steps[reached ?? -1], next.steps[reached ?? -1]];
  if (before === undefined || after === undefined) return [];
  return changeOf(before, after, reached ?? 0);
}

function comingChanges(
  before: readonly Step[],
  after: readonly Step[],
  entered: number,
): readonly PolicyChange[] {
  const names = new Set(after.map(stepName));
  const gone = before.filter((step) => !names.has(stepName(step)));
  return [
    ...gone.map((step) => {
      const words = `${stepName(step)} is gone`;
      // Without contract nothing is taken away for good.
      if (step.kind === 'contract') return tightened(['steps'], words);
      return { ...loosened(['steps'], words), ...agreeing(step) };
    }),
    ...after.flatMap((step, index) => {
      const known = before.find((one) => stepName(one) === stepName(step));
      const at = entered + index;
      return known === undefined ? [added(step, at)] : changeOf(known, step, at);
    }),
    ...reordered(before, after, entered),
  ];
}

function added(step: Step, at: number): PolicyChange {
  const path = ['steps', at];
  if (step.kind !== 'contract') return tightened(path, `${stepName(step)} is new`);
  return loosened(path, 'contract is new: from there on a rollback would lose data');
}

function reordered(
  before: readonly Step[],
  after: readonly Step[],
  entered: number,
): readonly PolicyChange[] {
  const names = (steps: readonly Step[], others: readonly Step[]): readonly string[] =>
    steps.map(stepName).filter((name) => others.some((one) => stepName(one) === name));
  const [was, is] = [names(before, after), names(after, before)];
  if (was.join() === is.join()) return [];
  return [loosened(['steps', entered], `the steps to come go ${is.join(', ')}`)];
}

function changeOf(before: Step, after: Step, at: number): readonly PolicyChange[] {
  if (canonical(before) === canonical(after)) return [];
  const words = `${stepName(after)}: ${valueWords(before, after)}`;
  const change = { path: ['steps', at], words, loosens: isLooser(before, after) };
  return [asksFewer(before, after) ? { ...change, ...agreeing(before) } : change];
}

/** Whoever takes a gate away is one who could have opened it. */
function agreeing(step: Step): Pick<PolicyChange, 'role'> {
  const role = step.kind === 'contract' ? step.approve : approvalOf(step)?.role;
  return role === undefined || role === 'none' ? {} : { role };
}

/** Whether less is waited for, or fewer are asked. */
function isLooser(before: Step, after: Step): boolean {
  return (
    waitsShorter(before, after) ||
    provesLess(before, after) ||
    asksFewer(before, after) ||
    drillsLess(before, after) ||
    worksLooser(before, after)
  );
}

function waitsShorter(before: Step, after: Step): boolean {
  if (before.kind === 'soak' && after.kind === 'soak') return after.forMs < before.forMs;
  return 'bakeMs' in before && 'bakeMs' in after && after.bakeMs < before.bakeMs;
}

function provesLess(before: Step, after: Step): boolean {
  const proven = (step: Step): boolean => 'require' in step && step.require === 'proven';
  return proven(before) && !proven(after);
}

function asksFewer(before: Step, after: Step): boolean {
  if (before.kind === 'contract' && after.kind === 'contract') {
    return !coversAsked(after.approve, before.approve);
  }
  const [was, is] = [approvalOf(before), approvalOf(after)];
  if (was === undefined) return false;
  if (is === undefined) return true;
  return is.quorum < was.quorum || is.expiresMs > was.expiresMs || !covers(is.role, was.role);
}

function coversAsked(asked: Role | 'none', before: Role | 'none'): boolean {
  if (before === 'none') return true;
  return asked !== 'none' && covers(asked, before);
}

function drillsLess(before: Step, after: Step): boolean {
  const [was, is] = [drillOf(before), drillOf(after)];
  if (was === undefined) return false;
  return is === undefined || ageOf(is) > ageOf(was);
}

function drillOf(step: Step) {
  return step.kind === 'shadow' ? step.drill : undefined;
}

/** Absent: one of this very stay, which is the strictest there is. */
function ageOf({ maxAgeMs = 0 }: { readonly maxAgeMs?: number }): number {
  return maxAgeMs;
}

function worksLooser(before: Step, after: Step): boolean {
  if (before.kind === 'shadow' && after.kind === 'shadow') return after.sample < before.sample;
  if (before.kind === 'contract' && after.kind === 'contract') {
    return after.trashForMs < before.trashForMs;
  }
  if (before.kind === 'rehearse' && after.kind === 'rehearse') return after.on !== before.on;
  return before.kind === 'backfill' && after.kind === 'backfill' && pressesHarder(before, after);
}

/** Other hours cannot be told to be fewer, unless there were none. */
function pressesHarder(before: BackfillStep, after: BackfillStep): boolean {
  const isElsewhen = canonical(before.during ?? null) !== canonical(after.during ?? null);
  return after.batchTimeMs > before.batchTimeMs || (before.during !== undefined && isElsewhen);
}
