import { targetRow } from '../../core/doctor/target-row.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { OnTarget, TargetInspection } from '../target-inspection.ts';
import { failed } from './doctor.ts';
import type { Examination } from './examination.ts';

/** Each target: reached, its version, the rights of the role, and what is in the way there. */
export function examineTargets(
  inspection: TargetInspection,
  knownFor: (target: string) => Promise<readonly OnTarget[]>,
): Examination {
  const look = async (target: string): Promise<DoctorRow> => {
    try {
      const known = await knownFor(target);
      const check = await inspection.check(target, known);
      return targetRow(check, await inspection.grants(target, null, known));
    } catch (error) {
      return failed('target', target, error);
    }
  };
  return { part: 'target', look: ({ targets }) => Promise.all(targets.map(look)) };
}
