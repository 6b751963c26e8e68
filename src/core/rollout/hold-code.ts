type EndedBy = 'machine' | 'person';

/**
 * Every kind of hold, and who ends it: the machine as soon as the reason is gone, or a person who does
 * something about it. What to do about each stands in docs/hold.md.
 */
export const holdsEndedBy = {
  alert: 'machine',
  approval: 'person',
  backup: 'machine',
  backupFailed: 'machine',
  drift: 'person',
  drill: 'person',
  edited: 'person',
  flag: 'machine',
  guard: 'machine',
  history: 'machine',
  instances: 'machine',
  names: 'person',
  noData: 'machine',
  oldUse: 'machine',
  preflight: 'person',
  privileges: 'person',
  providerError: 'machine',
  quarantine: 'person',
  queued: 'machine',
  queuedBehindFailure: 'person',
  rehearsal: 'person',
  rollback: 'person',
  roundTrip: 'person',
  rules: 'person',
  statements: 'person',
  storm: 'machine',
  target: 'machine',
  units: 'person',
  window: 'machine',
} as const satisfies Readonly<Record<string, EndedBy>>;

type HoldClass = keyof typeof holdsEndedBy;

/** `noData`, or with the name of what caused it `guard:errors`. */
export type HoldCode = HoldClass | `${HoldClass}:${string}`;

/** The word for a hold without the name of what caused it: `guard` of `guard:errors`. */
export function holdClass(code: string): string {
  return code.split(':', 1)[0] ?? code;
}

/** Whether the hold waits for a person rather than for the world. */
export function needsPerson(code: string): boolean {
  const endedBy: Readonly<Record<string, EndedBy>> = holdsEndedBy;
  return endedBy[holdClass(code)] === 'person';
}
