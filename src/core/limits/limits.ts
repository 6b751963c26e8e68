/** What is counted by itself. What a rollback or a pause takes is not among it: it is never counted. */
export const callKinds = [
  'look',
  'change',
  'command',
  'apply',
  'token',
  'report',
  'signIn',
  'oidc',
] as const;

export type CallKind = (typeof callKinds)[number];

/** How many calls of a kind each token may make in a minute; null: as many as it likes. */
export type Limits = Readonly<Record<CallKind, number | null>>;

/**
 * What nobody reaches who is well. `report` is for what services and collectors send, a whole fleet with one token.
 * `signIn` counts wrong ones alone, per address and per account; `oidc` each step of signing in at the identity provider,
 * per address.
 */
export const defaultLimits: Limits = {
  look: 6_000,
  change: 600,
  command: 300,
  apply: 120,
  token: 60,
  report: 600_000,
  signIn: 20,
  oidc: 120,
};

/** So many may come at once, before the pace counts: those of half a minute. */
export function burstOf(perMinute: number): number {
  return Math.ceil(perMinute / 2);
}

/**
 * So many permits a server takes at once, those of a fifth of a second: it asks the database once for all of them,
 * and what it took and does not use is lost.
 */
export function blockOf(perMinute: number): number {
  return Math.max(1, Math.floor(perMinute / 300));
}

/** Reads `command=600, look=off`, or `off` for all of them; null when a part of it is no limit. */
export function parseLimits(text: string): Limits | null {
  if (text.trim() === 'off')
    return Object.fromEntries(callKinds.map((kind) => [kind, null])) as Limits;
  const said = text.split(',').map((part) => limitIn(part.trim()));
  if (!said.every((one) => one !== null)) return null;
  return { ...defaultLimits, ...Object.fromEntries(said) };
}

function limitIn(text: string): readonly [CallKind, number | null] | null {
  const [, named, value = ''] = /^([a-zA-Z]+)=([1-9]\d{0,6}|off)$/.exec(text) ?? [];
  const kind = callKinds.find((one) => one === named);
  if (kind === undefined) return null;
  return [kind, value === 'off' ? null : Number(value)];
}
