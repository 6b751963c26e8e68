import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { routeOf } from '../../../../test/support/route-of.ts';
import type { FeatureState } from '../feature.ts';
import type { DeltaEvent } from './delta-since.ts';
import { deltaSince } from './delta-since.ts';
import type { CatalogItem, FlagCatalog } from './flag-catalog.ts';
import { EMPTY_CATALOG, withChanges } from './flag-catalog.ts';
import { servedState } from './served-state.ts';

const audience = { environment: 'production', projects: ['default', 'shop'] };

/** A change of the catalog under the next revision. */
function changed(catalog: FlagCatalog, key: string, item: CatalogItem): FlagCatalog {
  const revision = catalog.revision + 1;
  return withChanges(catalog, [{ key, revision, changedBy: 'kim', changedAt: 0, item }]);
}

const project = fc.constantFrom('default', 'shop', 'secret');

const change: fc.Arbitrary<(catalog: FlagCatalog) => FlagCatalog> = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'm'), project, fc.constantFrom(1, 2, 3))
    .map(([name, of, segment]) => (catalog: FlagCatalog) => {
      const known = catalog.entries.get(`feature ${name}`)?.item;
      const feature = {
        name,
        // A flag stays in its project.
        project: known?.kind === 'feature' ? known.feature.project : of,
        type: 'release',
        description: null,
        stale: false,
        impressionData: false,
        tags: [],
        dependencies: [],
        environments: {
          production: {
            enabled: true,
            strategies: [{ name: 'default', segments: [segment] }],
            variants: [],
          },
        },
      };
      return changed(catalog, `feature ${name}`, { kind: 'feature', feature });
    }),
  fc.constantFrom('a', 'b', 'm').map((name) => (catalog: FlagCatalog) => {
    const known = catalog.entries.get(`feature ${name}`)?.item;
    if (known?.kind !== 'feature') return catalog;
    const item = { kind: 'goneFeature', name, project: known.feature.project } as const;
    return changed(catalog, `feature ${name}`, item);
  }),
  fc
    .tuple(fc.constantFrom(1, 2, 3), fc.nat({ max: 9 }))
    .map(([id, value]) => (catalog: FlagCatalog) => {
      const constraints = [{ contextName: 'plan', operator: 'IN', values: [String(value)] }];
      const segment = { id, name: `s${id}`, description: null, constraints };
      return changed(catalog, `segment ${id}`, { kind: 'segment', segment });
    }),
  fc.constantFrom(1, 2, 3).map((id) => (catalog: FlagCatalog) => {
    return changed(catalog, `segment ${id}`, { kind: 'goneSegment', id });
  }),
  fc.tuple(fc.constantFrom('one', 'two'), fc.nat({ max: 100 })).map(
    ([flag, share]) =>
      (catalog: FlagCatalog) =>
        changed(catalog, `route ${flag}`, {
          kind: 'route',
          route: routeOf({ migration: 'm', share }),
        }),
  ),
);

/** A client of Unleash's delta API, as far as it keeps flags and segments. */
function followed(state: FeatureState, event: DeltaEvent): FeatureState {
  const features = new Map(state.features.map((feature) => [feature.name, feature]));
  const segments = new Map(state.segments.map((segment) => [segment.id, segment]));
  switch (event.type) {
    case 'hydration':
      return { features: event.features, segments: event.segments };
    case 'feature-updated':
      features.set(event.feature.name, event.feature);
      for (const { segments: used = [] } of event.feature.strategies ?? []) {
        missed.push(...used.filter((id) => present.has(id) && !segments.has(id)));
      }
      break;
    case 'feature-removed':
      features.delete(event.featureName);
      break;
    case 'segment-updated':
      segments.set(event.segment.id, event.segment);
      break;
    case 'segment-removed':
      segments.delete(event.segmentId);
      break;
  }
  return { features: [...features.values()], segments: [...segments.values()] };
}

/** Ids of the segments that exist in the catalog under test. */
let present: ReadonlySet<number> = new Set();
/** Those of them that a flag used before the client had them. */
let missed: number[] = [];

const byName = ({ features }: FeatureState) =>
  features.toSorted((a, b) => (a.name < b.name ? -1 : 1));

describe('deltaSince', () => {
  it('brings who holds any earlier revision to the catalog as it is', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.nat(), (changes, choice) => {
        const catalogs = [EMPTY_CATALOG];
        for (const apply of changes) catalogs.push(apply(catalogs.at(-1) ?? EMPTY_CATALOG));
        const now = catalogs.at(-1) ?? EMPTY_CATALOG;
        const then = catalogs[choice % catalogs.length] ?? EMPTY_CATALOG;
        const [before, after] = [then, now].map((catalog) => servedState(catalog, audience));
        missed = [];
        present = new Set(after?.segments.map(({ id }) => id));
        const events = deltaSince(now, audience, after!, then.revision);
        const held = events.reduce(followed, before!);
        expect(missed).toEqual([]);
        expect(byName(held)).toEqual(byName(after!));
        const kept = held.segments.filter(({ id }) => present.has(id));
        expect(new Set(kept)).toEqual(new Set(after!.segments));
      }),
      { numRuns: 500 },
    );
  });

  it('names no flag of another project, not even when it goes', () => {
    const feature = { kind: 'goneFeature', name: 'hidden', project: 'secret' } as const;
    const before = changed(EMPTY_CATALOG, 'segment 1', { kind: 'goneSegment', id: 1 });
    const after = changed(before, 'feature hidden', feature);
    expect(deltaSince(after, audience, servedState(after, audience), 1)).toEqual([]);
  });

  it.each([null, 0, 99])('gives everything to who holds %s', (revision) => {
    const route = routeOf({ migration: 'm' });
    const catalog = changed(EMPTY_CATALOG, 'route m', { kind: 'route', route });
    const state = servedState(catalog, audience);
    expect(deltaSince(catalog, audience, state, revision)).toMatchObject([
      { type: 'hydration', eventId: 1, features: [{ name: 'm' }], segments: [] },
    ]);
    expect(deltaSince(catalog, audience, state, 1)).toEqual([]);
  });
});
