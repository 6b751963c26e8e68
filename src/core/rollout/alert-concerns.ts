import type { AlertConcern, AlertDecision, StoredAlert } from '../protocol/alert-list.ts';
import { type AlertBearer, heeded } from './alert-moves.ts';

/** The rollouts that an alert concerns now, and those that it has moved before, by their ids. */
export function alertConcerns(
  alert: StoredAlert,
  living: readonly AlertBearer[],
  decisions: readonly AlertDecision[],
): readonly AlertConcern[] {
  const led = decisions.filter((one) => one.alert === alert.id);
  const now = alert.status === 'firing' ? living.flatMap((one) => concernOf(alert, one)) : [];
  const past = led
    .filter((one, index) => led.findIndex(({ rollout }) => rollout === one.rollout) === index)
    .filter(({ rollout }) => !now.some((one) => one.rollout === rollout))
    .map(({ rollout, policy, project }) => ({ rollout, policy, project, action: null }));
  return [...now, ...past]
    .map((concern) => ({
      ...concern,
      did: led
        .filter(({ rollout }) => rollout === concern.rollout)
        .map(({ seq, at, action }) => ({ seq, at, action })),
    }))
    .sort((a, b) => (a.rollout < b.rollout ? -1 : 1));
}

function concernOf(alert: StoredAlert, bearer: AlertBearer): readonly Omit<AlertConcern, 'did'>[] {
  const found = heeded(bearer, alert);
  if (found === null) return [];
  const { rollout, policy } = bearer;
  return [
    {
      rollout: rollout.id,
      policy: policy.name,
      project: policy.project,
      action: found.action,
      ...(found.dismissed === undefined ? {} : { dismissed: found.dismissed }),
    },
  ];
}
