import type { Context } from './context.ts';
import { type Gate, hold } from './gate.ts';

/** An application that was seen reading or writing the old version's views. */
export interface OldUse {
  /** As it calls itself (`application_name`); empty where it does not. */
  readonly application: string;
  readonly role: string;
  /** Epoch milliseconds. */
  readonly seenAt: number;
  /** The beginning of what it ran last. */
  readonly example: string;
  /** How often, since the look before, where only the server's own count tells of it. */
  readonly calls?: number;
}

/** Everybody who was seen there. */
export interface OldUsers {
  /** The target's own clock at the first look, in epoch milliseconds: what ran before it counts for nothing. */
  readonly since: number;
  readonly users: readonly OldUse[];
  /** What the server had counted by then, by statement and role; absent where it does not count. */
  readonly counted?: CallCounts;
}

/** Calls by statement and role. */
export type CallCounts = Readonly<Record<string, number>>;

/** The most that is remembered: an application that changes its name each time must not fill the store. */
const MOST = 50;

/** Whoever has been quiet for so long has left the old version, as far as looking can tell. Milliseconds. */
const QUIET_MS = 600_000;

/** Everybody who was ever seen, each with the last time; the latest first. */
export function mergeOldUse(before: readonly OldUse[], seen: readonly OldUse[]): readonly OldUse[] {
  const latest = [...before, ...seen].toSorted((one, other) => other.seenAt - one.seenAt);
  const isFirst = (use: OldUse, at: number): boolean =>
    latest.findIndex((one) => one.application === use.application && one.role === use.role) === at;
  return latest.filter(isFirst).slice(0, MOST);
}

/** Applications that are still on the old version, for people; empty when nobody is. */
export function stillOld({ observations, now }: Context): string {
  const recent = (observations.oldUse?.users ?? []).filter(({ seenAt }) => now - seenAt < QUIET_MS);
  // In an order that stays, so that the same is said as long as the same is so.
  const names = recent.map(oldUserName).toSorted();
  return names.join(', ');
}

/** Where nobody is asked, the machine does not take the old version away from who uses it. */
export function oldUseGate(context: Context): Gate | null {
  const users = stillOld(context);
  if (users === '') return null;
  return hold('oldUse', `still on the old version within the last 10 minutes: ${users}`);
}

/** `users-worker (role app)`. */
export function oldUserName({ application, role }: OldUse): string {
  return `${application === '' ? 'an application without a name' : application} (role ${role})`;
}
