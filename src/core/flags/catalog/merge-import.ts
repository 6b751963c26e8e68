import type { FlagCatalog } from './flag-catalog.ts';
import { itemsOf } from './flag-catalog.ts';
import type { ManagedFeature, ManagedSegment } from './managed-feature.ts';

/** Flags and segments as another system's document has them, with the ids of that system. */
export interface ForeignFlags {
  readonly features: readonly ManagedFeature[];
  readonly segments: readonly ManagedSegment[];
  /** Segments that the document names without saying what they are. */
  readonly bareSegments: readonly { readonly id: number; readonly name: string }[];
}

/** What is to be written, or why it cannot be. */
export interface MergedImport {
  readonly features: readonly ManagedFeature[];
  readonly segments: readonly ManagedSegment[];
  /** Segments that must be known first. */
  readonly faults: readonly string[];
}

/**
 * Foreign flags beside those that are here. A segment is known again by its name; where its id is
 * taken it gets another one, and the flags follow. Environments that the import says nothing of stay
 * as they are.
 */
export function mergeImport(catalog: FlagCatalog, foreign: ForeignFlags): MergedImport {
  const ids = segmentIds(catalog, foreign);
  const present = new Set(itemsOf(catalog, 'segment').map(({ item }) => item.segment.id));
  const faults = new Set<string>();
  const idOf = (feature: string, id: number): number => {
    const here = ids.get(id);
    if (here !== undefined) return here;
    const bare = foreign.bareSegments.find((segment) => segment.id === id);
    if (bare !== undefined) {
      faults.add(
        `segment "${bare.name}" is named without its constraints and is not here; put the answer of ` +
          'GET /api/admin/segments under "segments"',
      );
    } else if (present.has(id)) {
      faults.add(`flag "${feature}" uses segment ${id}, which the document does not contain`);
    }
    return id;
  };
  const features = foreign.features.map((feature) => merged(catalog, feature, idOf));
  const segments = foreign.segments.map((item) => ({ ...item, id: ids.get(item.id) ?? item.id }));
  return { features, segments, faults: [...faults] };
}

function segmentIds(
  catalog: FlagCatalog,
  { segments, bareSegments }: ForeignFlags,
): ReadonlyMap<number, number> {
  const here = itemsOf(catalog, 'segment').map(({ item }) => item.segment);
  const byName = new Map(here.map(({ name, id }) => [name, id]));
  const taken = new Set(here.map(({ id }) => id));
  const ids = new Map<number, number>();
  for (const { id, name } of [...segments, ...bareSegments]) {
    const known = byName.get(name);
    if (known !== undefined) ids.set(id, known);
  }
  for (const { id } of segments) {
    if (ids.has(id)) continue;
    const free = taken.has(id) ? Math.max(...taken, ...segments.map((item) => item.id)) + 1 : id;
    taken.add(free);
    ids.set(id, free);
  }
  return ids;
}

function merged(
  catalog: FlagCatalog,
  feature: ManagedFeature,
  idOf: (feature: string, id: number) => number,
): ManagedFeature {
  const before = catalog.entries.get(`feature ${feature.name}`)?.item;
  const environments = Object.entries(feature.environments).map(([name, environment]) => {
    const strategies = environment.strategies.map((strategy) => ({
      ...strategy,
      segments: (strategy.segments ?? []).map((id) => idOf(feature.name, id)),
    }));
    return [name, { ...environment, strategies }] as const;
  });
  const standing = before?.kind === 'feature' ? before.feature.environments : {};
  return { ...feature, environments: { ...standing, ...Object.fromEntries(environments) } };
}
