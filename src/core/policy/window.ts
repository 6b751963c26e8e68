import {
  blackoutAt,
  type Blackout,
  type Hours,
  isOpen,
  nextOpening,
  sinceClosing,
} from '../calendar/hours.ts';
import { placeAndTime } from '../calendar/local-time.ts';

/** Hours in which a rollout may move forward. */
export interface Window extends Hours {
  /** What becomes of units that are on the new side when it closes in the middle of the ramp. */
  readonly offHours: 'keep' | 'retreat';
}

/** Why a rollout may not move forward at this moment, and what becomes of who is on the new side. */
export interface Closed {
  readonly reason: string;
  readonly offHours: Window['offHours'];
}

/** What a policy says of when; nothing: at any time. */
export interface Windowed {
  readonly windows?: readonly Window[];
  readonly blackouts?: readonly Blackout[];
}

/** Null while the rollout may move forward. */
export function closedAt({ windows = [], blackouts = [] }: Windowed, at: number): Closed | null {
  const calendar = { hours: windows, blackouts };
  if (isOpen(calendar, at)) return null;
  const [last] = windows.toSorted((a, b) => sinceClosing(a, at) - sinceClosing(b, at));
  const blackout = blackoutAt(calendar, at);
  const timezone = last?.timezone ?? blackout?.timezone ?? 'UTC';
  const opens = nextOpening(calendar, at);
  const until = opens === null ? 'they open no more' : `until ${placeAndTime(timezone, opens)}`;
  return {
    reason: `${blackout === undefined ? 'outside the windows' : blackoutWords(blackout)}, ${until}`,
    offHours: last?.offHours ?? 'keep',
  };
}

function blackoutWords({ from, to, reason }: Blackout): string {
  return `blackout from ${from} to ${to}${reason === undefined ? '' : ` (${reason})`}`;
}
