import type { Fault } from '../../core/errors.ts';
import { checkPolicy } from '../../core/policy/check-policy.ts';
import { defaults } from '../../core/policy/defaults.ts';
import type { Policy, Ring } from '../../core/policy/policy.ts';
import type { DocumentOf } from '../document.ts';
import type { Path } from '../source/located.ts';
import { canonical } from '../../core/canonical.ts';
import type { Context } from './context.ts';
import { Findings, type LocatedFinding } from './findings.ts';
import { firstOr, type Layer, type Origins, type Place, type Resolving } from './layers.ts';
import { resolveBackup } from './resolve-backup.ts';
import { resolveEvidence } from './resolve-evidence.ts';
import { resolveGuards } from './resolve-guards.ts';
import { resolveMigration } from './resolve-migration.ts';
import {
  namedServices,
  resolveServices,
  resolveStatements,
  resolveUnit,
  type NamedService,
} from './resolve-services.ts';
import { resolveNotify } from './resolve-notify.ts';
import { resolveSteps } from './resolve-steps.ts';
import { resolveWindows } from './resolve-windows.ts';
import { standardProfile } from './standard-profile.ts';

/** A policy with all its defaults, or what stands in the way. */
export interface Resolution {
  /** Null when there is any fault. */
  readonly policy: Policy | null;
  readonly faults: readonly LocatedFinding[];
  readonly warnings: readonly Fault[];
  /** Where each value comes from: `policy`, `service NAME`, `profile NAME`, `built-in`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Where a value of the effective policy is written, with something to be said there; null for no policy. */
  readonly faultAt: FaultAt | null;
}

/** Something to be said of a value of an effective policy, at the place where that is written. */
export type FaultAt = (path: Path, message: string) => Fault;

/** SHA-256 of a text in hexadecimal; passed in, since neither language nor core can hash. */
export type Sha256 = (text: string) => string;

/** Fills in what a policy leaves out, from its service, the service's profile and what is built in. */
export function resolvePolicy(
  document: DocumentOf<'RolloutPolicy'>,
  context: Context,
  sha256: Sha256,
): Resolution {
  const findings = new Findings();
  const origins: Origins = new Map();
  const base = { document, context, findings, origins };
  const named = namedServices(base);
  const resolving = { ...base, layers: layersOf(base, named) };
  const { content, placeOf } = assemble(resolving, named);
  const policy: Policy = { ...content, revision: sha256(canonical(content)).slice(0, 12) };
  for (const { path, message, severity } of checkPolicy(policy)) {
    const { source, path: place } = placeOf(path);
    if (severity === 'fault') findings.wrong(source, place, message);
    else findings.warn(source, place, message);
  }
  const { faults, warnings } = findings;
  const faultAt: FaultAt = (path, message) => {
    const { source, path: place } = placeOf(path);
    return source.fault(place, message, 'key');
  };
  return { policy: faults.length === 0 ? policy : null, faults, warnings, origins, faultAt };
}

/** The policy itself, then the profile of its first service. */
function layersOf(base: Omit<Resolving, 'layers'>, [main]: readonly NamedService[]): Layer[] {
  const { document, context, findings } = base;
  const own: Layer = { origin: 'policy', source: document.source, spec: document.spec };
  const name = main?.document?.spec.profile ?? defaults.profile;
  if (main === undefined || name === defaults.profile) return [own, standardProfile];
  const profile = context.find('Profile', document.project, name);
  if (profile === null) {
    const known = context.names('Profile', document.project);
    findings.unknown(document.source, main.path, { kind: 'Profile', name, known });
    return [own, standardProfile];
  }
  const { source, spec } = profile;
  return [own, { origin: `profile ${name}`, source, spec }, standardProfile];
}

interface Assembled {
  readonly content: Omit<Policy, 'revision'>;
  /** Where a path of the effective policy is written; the whole spec for what is built in. */
  readonly placeOf: (path: Path) => Place;
}

function assemble(resolving: Resolving, named: readonly NamedService[]): Assembled {
  const { document } = resolving;
  const { project, name, spec } = document;
  const { migration, target, place } = resolveMigration(resolving, named);
  const { steps, places: stepPlaces } = resolveSteps(resolving);
  const { guards, places: guardPlaces } = resolveGuards(resolving);
  const content: Assembled['content'] = {
    name,
    project,
    target,
    services: resolveServices(resolving, named),
    unit: resolveUnit(resolving, named),
    ...(spec.route === undefined ? {} : { route: spec.route }),
    flag: { provider: spec.flag?.provider ?? 'crossfade', name: spec.flag?.name ?? name },
    schemaMigration: migration,
    rings: (spec.rings ?? []).map(ringOf),
    pinned: { old: spec.pinned?.old ?? [], until: spec.pinned?.until ?? 'soak' },
    guards,
    evidence: resolveEvidence(resolving),
    steps,
    onFail: firstOr<Policy['onFail']>(resolving, 'onFail', (plan) => plan.onFail, defaults.onFail),
    onNoData: firstOr<Policy['onNoData']>(
      resolving,
      'onNoData',
      (plan) => plan.onNoData,
      defaults.onNoData,
    ),
    keepForRetryMs: firstOr<number>(
      resolving,
      'keepForRetry',
      (plan) => plan.keepForRetry,
      defaults.keepForRetryMs,
    ),
  };
  const backup = resolveBackup(resolving);
  noteOwn(resolving);
  const items = { steps: stepPlaces, guards: guardPlaces };
  return {
    content: {
      ...content,
      ...alertsOf(spec),
      ...onConflictOf(spec),
      ...resolveNotify(resolving),
      ...resolveWindows(spec),
      ...(backup === undefined ? {} : { backup }),
      ...resolveStatements(resolving, named),
    },
    placeOf: (path) => placeOf(path, resolving, items, place),
  };
}

/** What nobody but the policy can say is its own, or built in. */
function noteOwn({ document: { spec }, origins }: Resolving): void {
  const own = {
    'flag.provider': spec.flag?.provider,
    'flag.name': spec.flag?.name,
    'pinned.old': spec.pinned?.old,
    'pinned.until': spec.pinned?.until,
    onConflict: spec.onConflict,
  };
  for (const [path, value] of Object.entries(own)) {
    origins.set(path, value === undefined ? 'built-in' : 'policy');
  }
}

/** Left out is not the same as none: see `rulesOf`. */
function alertsOf({ alerts }: DocumentOf<'RolloutPolicy'>['spec']): Pick<Policy, 'alerts'> {
  return alerts === undefined ? {} : { alerts };
}

function onConflictOf({
  onConflict,
}: DocumentOf<'RolloutPolicy'>['spec']): Pick<Policy, 'onConflict'> {
  return onConflict === undefined ? {} : { onConflict };
}

type RingInput = NonNullable<DocumentOf<'RolloutPolicy'>['spec']['rings']>[number];

function ringOf({ name, units = [], where }: RingInput): Ring {
  if (where === undefined) return { name, units };
  const columns = Object.entries(where).map(([column, value]) => [column, [value].flat()] as const);
  return { name, units, where: Object.fromEntries(columns) };
}

type ItemPlaces = Readonly<Record<'steps' | 'guards', readonly (Place | null)[]>>;

function placeOf(path: Path, resolving: Resolving, items: ItemPlaces, operations: Place): Place {
  const { document, layers } = resolving;
  const [head, index, ...rest] = path;
  if ((head === 'steps' || head === 'guards') && typeof index === 'number') {
    const item = items[head][index];
    if (item) return { source: item.source, path: [...item.path, ...rest] };
  }
  if (head === 'schemaMigration') {
    return { ...operations, path: [...operations.path, ...path.slice(2)] };
  }
  const layer = layers.find(({ spec }) => spec.evidence?.history !== undefined);
  const source = (head === 'evidence' ? layer?.source : null) ?? document.source;
  return { source, path: ['spec', ...path] };
}
