import type { FailAction } from '../policy/guard.ts';
import type { Alert } from './alert.ts';

/** What a firing alert with all of these labels causes at the most. */
export interface AlertRule {
  readonly match: Readonly<Record<string, string>>;
  readonly do: FailAction;
}

type Labelled = Pick<Alert, 'labels' | 'isPartial'>;

/** What a policy that says nothing of alerts goes by: those that name it. */
export function rulesOf(policy: {
  readonly name: string;
  readonly alerts?: readonly AlertRule[];
}): readonly AlertRule[] {
  return policy.alerts ?? [{ match: { rollout: policy.name }, do: 'rollback' }];
}

/** Crossfade's own alerts tell of rollouts; were they to move one, it would answer to itself. */
export const ownSource = 'crossfade';

const gravest: readonly FailAction[] = ['notify', 'hold', 'rollback'];

/** Words of an alert's label `rollout_action`. */
const asked: ReadonlyMap<string, FailAction> = new Map([
  ['notify', 'notify'],
  ['hold', 'hold'],
  ['pause', 'hold'],
  ['rollback', 'rollback'],
]);

/**
 * What an alert causes: the gravest that a matching rule allows, or less where the alert's own label
 * `rollout_action` asks for less. Null when it is none of this policy's business. Of alerts that the sender
 * left out nobody knows more than the shared labels, so what could match holds, and does no more.
 */
export function actionOn(rules: readonly AlertRule[], alert: Labelled): FailAction | null {
  const { labels, isPartial } = alert;
  if (labels['source'] === ownSource) return null;
  const allowed = rules.filter(({ match }) => matches(match, alert)).map((rule) => rule.do);
  if (allowed.length === 0) return null;
  const wanted = isPartial ? 'hold' : (asked.get(labels['rollout_action'] ?? '') ?? 'rollback');
  return lesser(allowed.reduce(graver), wanted);
}

function matches(match: AlertRule['match'], { labels, isPartial }: Labelled): boolean {
  return Object.entries(match).every(([name, value]) =>
    isPartial && !Object.hasOwn(labels, name)
      ? true
      : Object.hasOwn(labels, name) && labels[name] === value,
  );
}

const graver = (a: FailAction, b: FailAction): FailAction =>
  gravest.indexOf(a) > gravest.indexOf(b) ? a : b;

const lesser = (a: FailAction, b: FailAction): FailAction =>
  gravest.indexOf(a) < gravest.indexOf(b) ? a : b;
