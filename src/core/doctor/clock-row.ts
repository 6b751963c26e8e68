import type { DoctorRow } from '../protocol/doctor-view.ts';
import { faulty, fine, warns } from './doctor-row.ts';

/** Two clocks as they were read at one moment. */
export interface ClockPair {
  readonly subject: string;
  /** How far the one is ahead of the other, milliseconds; negative when it is behind. */
  readonly aheadMs: number;
  /** How far that may be wrong, since reading takes time. Milliseconds. */
  readonly withinMs: number;
}

/** Times that people read in logs beside each other no longer fit. */
const warnsFromMs = 2_000;

/** Signed alerts and tokens go by the time: five minutes and they are refused. */
const faultFromMs = 60_000;

/** Whether two clocks agree, as far as that can be told. */
export function clockRow({ subject, aheadMs, withinMs }: ClockPair): DoctorRow {
  const surely = Math.max(0, Math.abs(aheadMs) - withinMs);
  const told = `${seconds(Math.abs(aheadMs))} ${aheadMs < 0 ? 'behind' : 'ahead'}`;
  const remedy = 'Let a time service such as chrony or systemd-timesyncd set both clocks.';
  if (surely >= faultFromMs) return faulty('clock', subject, told, remedy);
  if (surely >= warnsFromMs) return warns('clock', subject, told, remedy);
  return fine('clock', subject, `apart by ${seconds(Math.abs(aheadMs))}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}
