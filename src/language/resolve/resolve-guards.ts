import { defaultLatency, defaults } from '../../core/policy/defaults.ts';
import type { Guard, LatencyTolerance } from '../../core/policy/guard.ts';
import type { GuardInput } from '../kinds/guard.ts';
import { first, type Place, type Resolving } from './layers.ts';
import { standardProfile } from './standard-profile.ts';

/** Guards and, for each, where it is written; null places are built in. */
export interface ResolvedGuards {
  readonly guards: readonly Guard[];
  readonly places: readonly (Place | null)[];
}

/** The guards of policy, profile or built-in profile, without those this version cannot evaluate. */
export function resolveGuards(resolving: Resolving): ResolvedGuards {
  const found = first(resolving, 'guards', ({ guards }) => guards);
  const { value, layer } = found ?? {
    value: standardProfile.spec.guards ?? [],
    layer: standardProfile,
  };
  const guards: Guard[] = [];
  const places: (Place | null)[] = [];
  for (const [index, input] of value.entries()) {
    const guard = guardOf(input);
    if (guard === null) continue;
    guards.push(guard);
    const { source } = layer;
    places.push(source === null ? null : { source, path: ['spec', 'guards', index] });
  }
  return { guards, places };
}

type Full = Exclude<GuardInput, string>;

function guardOf(input: GuardInput): Guard | null {
  if (typeof input === 'string') return compareGuard({ name: input, compare: input });
  return 'compare' in input ? compareGuard(input) : thresholdGuard(input);
}

function compareGuard(input: Extract<Full, { compare: unknown }>): Guard {
  const base = baseOf(input);
  if (input.compare === 'errors') {
    const { ratio = defaults.errors.ratio, add = defaults.errors.add } = input.tolerate ?? {};
    return { ...base, compare: 'errors', tolerate: { ratio, add } };
  }
  if (input.compare === 'latency') {
    return { ...base, compare: 'latency', tolerate: latencyOf(input.tolerate ?? {}) };
  }
  const { atLeast = defaults.compared.atLeast, units = defaults.compared.units } =
    input.compared ?? {};
  return {
    ...base,
    compare: 'mismatches',
    atMost: input.atMost ?? 0,
    compared: { atLeast, units },
  };
}

function thresholdGuard(input: Extract<Full, { threshold: unknown }>): Guard | null {
  const { threshold } = input;
  if ('prometheus' in threshold) return null;
  const { target, max, failAfter = defaults.failAfter } = threshold;
  return { ...baseOf(input), threshold: target, maxMs: max, failAfter };
}

function baseOf({ name, onFail }: { name: string; onFail?: Guard['onFail'] | undefined }) {
  return onFail === undefined ? { name } : { name, onFail };
}

type Quantile = 'p50' | 'p90' | 'p99';
type Bound = Omit<LatencyTolerance, 'quantile'>;

/** A quantile that is not named keeps its default. */
function latencyOf(written: { [Q in Quantile]?: Bound | undefined }): LatencyTolerance[] {
  return defaultLatency.map((usual) => {
    const name = `p${Math.round(usual.quantile * 100)}` as Quantile;
    return { ...usual, ...written[name] };
  });
}
