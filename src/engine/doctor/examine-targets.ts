import { targetRow } from '../../core/doctor/target-row.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { OnTarget, TargetInspection } from '../target-inspection.ts';
import { failed } from './doctor.ts';
import type { Examination, Subjects } from './examination.ts';

/**
 * Each target: reached, its version, the rights of the role, and what is in the way there of the policies that are
 * looked at.
 */
export function examineTargets(
  inspection: Pick<TargetInspection, 'check' | 'grants'>,
  knownFor: (target: string) => Promise<readonly OnTarget[]>,
): Examination {
  const look = async (target: string, policies: Subjects['policies']): Promise<DoctorRow> => {
    try {
      const meant = new Set(policies.map(({ schemaMigration }) => schemaMigration.name));
      const all = await knownFor(target);
      const known = all.filter(({ migration }) => migration === null || meant.has(migration.name));
      const check = await inspection.check(target, known);
      return targetRow(check, await inspection.grants(target, null, known));
    } catch (error) {
      return failed('target', target, error);
    }
  };
  return {
    part: 'target',
    look: ({ targets, policies }) => Promise.all(targets.map((target) => look(target, policies))),
  };
}
