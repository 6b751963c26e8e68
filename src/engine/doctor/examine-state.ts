import { clockRow } from '../../core/doctor/clock-row.ts';
import { fine } from '../../core/doctor/doctor-row.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { Clock } from '../ports/clock.ts';
import type { Examination } from './examination.ts';

/** Whether the state database answers, and whether it has the time that this machine has. */
export function examineState(clock: Clock, ownTime: () => number): Examination {
  return {
    part: 'database',
    async look(): Promise<readonly DoctorRow[]> {
      const before = ownTime();
      const there = await clock.now();
      const after = ownTime();
      const tookMs = Math.max(0, after - before);
      const aheadMs = (before + after) / 2 - there;
      return [
        fine('database', 'state', `answers in ${tookMs} ms`),
        clockRow({ subject: 'server and database', aheadMs, withinMs: tookMs / 2 }),
      ];
    },
  };
}
