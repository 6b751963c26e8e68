import { rulesOf } from '../alerts/alert-rule.ts';
import { canonical } from '../canonical.ts';
import type { Policy } from '../policy/policy.ts';
import { isWeakerAction } from './guard-changes.ts';
import { loosened, type PolicyChange, tightened, valueWords } from './policy-change.ts';

/** What a newer revision says otherwise of what holds at every step. */
export function ruleChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  return [
    ...reactionChanges(running, next),
    ...calendarChanges(running, next),
    ...alertChanges(running, next),
    ...notifyChanges(running, next),
    ...plainChanges(running, next),
  ];
}

function reactionChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  const words = (key: 'onFail' | 'onNoData'): string =>
    valueWords({ [key]: running[key] }, { [key]: next[key] });
  const fail = { path: ['onFail'], words: words('onFail') };
  const noData = { path: ['onNoData'], words: words('onNoData') };
  return [
    ...(running.onFail === next.onFail
      ? []
      : [{ ...fail, loosens: isWeakerAction(running.onFail, next.onFail) }]),
    ...(running.onNoData === next.onNoData
      ? []
      : [{ ...noData, loosens: running.onNoData === 'rollback' }]),
  ];
}

/** Windows open a time each, so that another one opens more; none at all opens every moment. */
function calendarChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  const windows = split(running.windows ?? [], next.windows ?? []);
  const blackouts = split(running.blackouts ?? [], next.blackouts ?? []);
  const hadNone = (running.windows ?? []).length === 0;
  const hasNone = (next.windows ?? []).length === 0;
  const opensMore = !hadNone && (hasNone || windows.added.length > 0);
  return [
    ...changedList('windows', windows, opensMore),
    ...changedList('blackouts', blackouts, blackouts.gone.length > 0),
  ];
}

interface Split {
  readonly gone: readonly unknown[];
  readonly added: readonly unknown[];
}

function split(before: readonly unknown[], after: readonly unknown[]): Split {
  const lacks = (list: readonly unknown[], one: unknown): boolean =>
    !list.some((other) => canonical(other) === canonical(one));
  return {
    gone: before.filter((one) => lacks(after, one)),
    added: after.filter((one) => lacks(before, one)),
  };
}

function changedList(
  key: 'windows' | 'blackouts' | 'alerts',
  { gone, added }: Split,
  loosens: boolean,
): readonly PolicyChange[] {
  if (gone.length === 0 && added.length === 0) return [];
  const words = `${key}: ${gone.length} gone, ${added.length} new`;
  return [{ path: [key], words, loosens }];
}

/** A rule that is gone, or does less, lets an alert pass that would have acted. */
function alertChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  const [before, after] = [rulesOf(running), rulesOf(next)];
  const isLess = before.some(
    (rule) =>
      !after.some(
        (other) =>
          canonical(other.match) === canonical(rule.match) && !isWeakerAction(rule.do, other.do),
      ),
  );
  return changedList('alerts', split(before, after), isLess);
}

function notifyChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  const [before, after] = [running.notify, next.notify];
  if (canonical(before ?? null) === canonical(after ?? null)) return [];
  const lost = (before?.page ?? []).filter((name) => !(after?.page ?? []).includes(name));
  const path = ['notify'];
  if (lost.length > 0) return [loosened(path, `notify: ${lost.join(', ')} is paged no more`)];
  return [tightened(path, 'notify: others are told')];
}

/** What matters after the rollout, or before another one: taken over as it is. */
function plainChanges(running: Policy, next: Policy): readonly PolicyChange[] {
  const keys = ['keepForRetryMs', 'onConflict'] as const;
  return keys.flatMap((key) =>
    running[key] === next[key]
      ? []
      : [tightened([key], valueWords({ [key]: running[key] }, { [key]: next[key] }))],
  );
}
