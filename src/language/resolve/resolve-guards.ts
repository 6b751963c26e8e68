import { defaultLatency, defaults } from '../../core/policy/defaults.ts';
import { type Guard, isCompareGuard, type LatencyTolerance } from '../../core/policy/guard.ts';
import type { GuardInput } from '../kinds/guard.ts';
import { first, isMoot, type Place, type Resolving } from './layers.ts';
import { errorsSource, latencySource, presetFault } from './resolve-source.ts';
import { noteEntry } from './note-entry.ts';
import { writtenInGuard } from './written-fields.ts';
import { standardProfile } from './standard-profile.ts';

/** Guards and, for each, where it is written; null places are built in. */
export interface ResolvedGuards {
  readonly guards: readonly Guard[];
  readonly places: readonly (Place | null)[];
}

/** The guards of policy, profile or built-in profile. The providers that they name must exist. */
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
    if (isMoot(resolving, layer) && isCompareGuard(guard)) continue;
    const path = `guards.${guards.length}`;
    noteEntry(
      resolving.origins,
      { path, origin: layer.origin, written: writtenInGuard(input) },
      guard,
    );
    guards.push(guard);
    const { source } = layer;
    const place = source === null ? null : { source, path: ['spec', 'guards', index] };
    places.push(place);
    checkProvider(input, place, resolving);
  }
  // Where nobody is routed the target is all there is to watch, so it is watched in any case.
  if (isMoot(resolving, layer) && guards.length === 0) {
    resolving.origins.set('guards.0', 'built-in');
    return { guards: [locks], places: [null] };
  }
  return { guards, places };
}

const locks: Guard = {
  name: 'locks',
  threshold: 'lock_wait',
  maxMs: defaults.lockWaitMs,
  failAfter: defaults.failAfter,
  onFail: 'hold',
};

type Full = Exclude<GuardInput, string>;

function guardOf(input: GuardInput): Guard {
  if (typeof input === 'string') return compareGuard({ name: input, compare: input });
  return 'compare' in input ? compareGuard(input) : thresholdGuard(input);
}

function compareGuard(input: Extract<Full, { compare: unknown }>): Guard {
  const base = baseOf(input);
  if (input.compare === 'errors') {
    const { ratio = defaults.errors.ratio, add = defaults.errors.add } = input.tolerate ?? {};
    const source = input.source === undefined ? {} : { source: errorsSource(input.source) };
    return { ...base, compare: 'errors', tolerate: { ratio, add }, ...source };
  }
  if (input.compare === 'latency') {
    return { ...base, ...latencyGuard(input) };
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

function latencyGuard({ tolerate, source }: Extract<Full, { compare: 'latency' }>) {
  const own = source === undefined ? {} : { source: latencySource(source) };
  return { compare: 'latency', tolerate: latencyOf(tolerate ?? {}), ...own } as const;
}

function thresholdGuard(input: Extract<Full, { threshold: unknown }>): Guard {
  const { threshold } = input;
  if ('prometheus' in threshold) return metricGuard(baseOf(input), threshold);
  if (threshold.target === 'parity') {
    // Whoever goes back meets the same rows, so a person looks first.
    return { onFail: 'hold', ...baseOf(input), threshold: 'parity', maxRows: threshold.max ?? 0 };
  }
  const { target, max, failAfter = defaults.failAfter } = threshold;
  return { ...baseOf(input), threshold: target, maxMs: max, failAfter };
}

type Threshold = Extract<Full, { threshold: unknown }>['threshold'];

function metricGuard(
  base: ReturnType<typeof baseOf>,
  written: Extract<Threshold, { prometheus: unknown }>,
): Guard {
  const { prometheus, expr, min = null, max = null } = written;
  return {
    ...base,
    threshold: 'metric',
    provider: prometheus,
    expr,
    min,
    max,
    intervalMs: written.interval ?? defaults.metricIntervalMs,
    windowMs: written.window ?? defaults.metricWindowMs,
    failAfter: written.failAfter ?? defaults.failAfter,
  };
}

function checkProvider(input: GuardInput, place: Place | null, resolving: Resolving): void {
  if (typeof input === 'string' || place === null) return;
  const [key, named] =
    'threshold' in input
      ? (['threshold', input.threshold] as const)
      : (['source', input.compare === 'mismatches' ? undefined : input.source] as const);
  if (named === undefined || !('prometheus' in named)) return;
  const { context, document, findings } = resolving;
  const { source } = place;
  const path = [...place.path, key, 'prometheus'];
  const wrong = 'preset' in named ? presetFault(named) : null;
  if (wrong !== null) findings.wrong(source, [...place.path, key, 'preset'], wrong);
  const provider = context.find('Provider', document.project, named.prometheus);
  if (provider === null) {
    const known = context.names('Provider', document.project);
    findings.unknown(source, path, { kind: 'Provider', name: named.prometheus, known });
  } else if (provider.spec.prometheus === undefined) {
    findings.wrong(source, path, `Provider \`${named.prometheus}\` is no \`prometheus\``);
  }
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
