import type { Policy } from '../policy/policy.ts';
import type { RolloutView } from '../protocol/rollout-view.ts';

/** From where on a rollback would lose data, and who is asked before; nothing for a plan without contract. */
export function pointOfNoReturn({ steps }: Policy): Pick<RolloutView, 'pointOfNoReturn'> {
  const stepIndex = steps.findIndex(({ kind }) => kind === 'contract');
  const step = steps[stepIndex];
  if (step?.kind !== 'contract') return {};
  const { approve, trashForMs } = step;
  return { pointOfNoReturn: { stepIndex, approve, trashForMs } };
}
