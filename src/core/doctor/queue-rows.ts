import type { DoctorRow } from '../protocol/doctor-view.ts';
import { span } from '../span.ts';
import { faulty, fine, warns } from './doctor-row.ts';

/** Something that waits to be done. */
interface Queue {
  readonly name: string;
  readonly depth: number;
  /** How long the one that waits longest has waited, in milliseconds; null where none waits. */
  readonly oldestMs: number | null;
}

/** Rollouts are looked at every second: what waits for longer than that many looks is late. */
const warnsFromMs = 10_000;

/** The rule `CrossfadeQueueStandsStill` pages from then on. */
const faultFromMs = 60_000;

/** Whether what is due is done: a controller that stands still leaves it lying. */
export function queueRows(queues: readonly Queue[]): readonly DoctorRow[] {
  const late = queues.flatMap(({ name, depth, oldestMs }) => {
    if (oldestMs === null || oldestMs < warnsFromMs) return [];
    const told = `${depth} wait${depth === 1 ? 's' : ''}, the longest for ${span(oldestMs)}`;
    return [(oldestMs < faultFromMs ? warns : faulty)('controller', name, told, remedy)];
  });
  return late.length > 0 ? late : [fine('controller', 'queues', 'what is due is done')];
}

const remedy = 'Look whether a server runs its controller, and what its log says of this work.';
