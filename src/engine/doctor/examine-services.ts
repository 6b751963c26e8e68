import { serviceRows } from '../../core/doctor/service-rows.ts';
import type { InstanceOverview } from '../instance-overview.ts';
import type { Examination } from './examination.ts';

/** Whether the instances are there that the policies ask for. */
export function examineServices(overview: InstanceOverview): Examination {
  return {
    part: 'service',
    look: async ({ policies }) => serviceRows(policies, (await overview.list(null)).instances),
  };
}
