/** What a strategy is for. The order of this list is the order in which strategies are tried. */
export const STRATEGY_ROLES = ['pinned', 'quarantined', 'ring', 'share', 'everyone'] as const;

export type StrategyRole = (typeof STRATEGY_ROLES)[number];

/**
 * Parameters by which a strategy says what it is for, and by which the last one carries what no
 * strategy can express. Evaluation ignores them, Unleash stores and serves them unchanged; titles
 * would be prettier, but clients never receive titles.
 */
export const PARAMETER = {
  role: 'crossfade.role',
  ring: 'crossfade.ring',
  migration: 'crossfade.migration',
  withoutUnit: 'crossfade.withoutUnit',
  safeSide: 'crossfade.safeSide',
  shadowSample: 'crossfade.shadowSample',
  /** Written last, by the adapter only: the wanted version that stands in the flag as a whole. */
  version: 'crossfade.version',
  /** Fingerprint of all strategies under that version; any edit breaks it. */
  fingerprint: 'crossfade.fingerprint',
} as const;

/** The role that `parameters` name, or null when they name none that is known. */
export function roleOf(parameters: Readonly<Record<string, string>>): StrategyRole | null {
  const named = parameters[PARAMETER.role];
  return STRATEGY_ROLES.find((role) => role === named) ?? null;
}
