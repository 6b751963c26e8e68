import { murmur3 } from '../cohort/murmur3.ts';
import type { RouteSpec } from '../protocol/route.ts';
import { normalizeSpec } from './same-route.ts';
import { PARAMETER, roleOf } from './strategy-role.ts';
import type { Strategy } from './unleash-feature.ts';

/**
 * What the strategy for everyone says about the whole list. `fingerprint` is null while a write is
 * under way, or was cut short: strategies are written one by one, and the mark is set last.
 */
export interface VersionMark {
  readonly version: number;
  readonly fingerprint: string | null;
}

/** Stands for the fingerprint while a write is under way. */
export const UNDER_WAY = 'under way';

/** 64 bits that change with any change of meaning. It tells an edit from no edit, not friend from foe. */
export function fingerprintOf(spec: RouteSpec): string {
  const text = JSON.stringify(normalizeSpec(spec));
  return [0, 1].map((seed) => murmur3(text, seed).toString(16).padStart(8, '0')).join('');
}

/** The mark in a flag's strategies; null when none is there or it is broken. */
export function markOf(strategies: readonly Strategy[]): VersionMark | null {
  const everyone = strategies.find(({ parameters }) => roleOf(parameters) === 'everyone');
  const version = everyone?.parameters[PARAMETER.version];
  const fingerprint = everyone?.parameters[PARAMETER.fingerprint];
  if (version === undefined || fingerprint === undefined || !/^\d+$/.test(version)) return null;
  return { version: Number(version), fingerprint: fingerprint === UNDER_WAY ? null : fingerprint };
}

/** The strategy for everyone with `mark` in place of the mark it has. */
export function withMark(everyone: Strategy, mark: VersionMark): Strategy {
  return {
    ...everyone,
    parameters: {
      ...everyone.parameters,
      [PARAMETER.version]: String(mark.version),
      [PARAMETER.fingerprint]: mark.fingerprint ?? UNDER_WAY,
    },
  };
}
