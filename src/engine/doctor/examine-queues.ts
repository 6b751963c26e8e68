import { queueRows } from '../../core/doctor/queue-rows.ts';
import type { FleetReader } from '../ports/fleet-reader.ts';
import type { Examination } from './examination.ts';

/** Whether a controller does what is due. */
export function examineQueues(fleet: FleetReader): Examination {
  // No rollout is asked for: only what waits counts here.
  const look = async () => queueRows((await fleet.read(0, 0)).queues);
  return { part: 'controller', look };
}
