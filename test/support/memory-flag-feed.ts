import { CrossfadeError } from '../../src/core/errors.ts';
import type {
  CatalogEntry,
  CatalogItem,
  FlagCatalog,
} from '../../src/core/flags/catalog/flag-catalog.ts';
import { EMPTY_CATALOG, withChanges } from '../../src/core/flags/catalog/flag-catalog.ts';
import { OWN_PROJECT } from '../../src/core/flags/route-to-feature.ts';
import type { FeatureState } from '../../src/core/flags/feature.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import { FlagFeed } from '../../src/engine/ports/flag-feed.ts';

/** Flags that a test sets; can be made to fail as a database does. */
export class MemoryFlagFeed extends FlagFeed {
  readonly #listeners = new Set<(catalog: FlagCatalog) => void>();
  #catalog = EMPTY_CATALOG;
  #refused: (() => void)[] = [];
  failing = false;

  /** Serves these routes and no others. */
  show(...routes: readonly Route[]): void {
    const kept = new Set(routes.map(({ migration }) => `route ${migration}`));
    this.#change([
      ...this.#missing('route ', kept),
      ...routes.map((route) => [`route ${route.migration}`, { kind: 'route', route }] as const),
    ]);
  }

  /** Serves these flags and segments and no others, everywhere. */
  serve({ features, segments }: FeatureState, environments: readonly string[]): void {
    const kept = new Set([
      ...features.map(({ name }) => `feature ${name}`),
      ...segments.map(({ id }) => `segment ${id}`),
    ]);
    this.#change([
      ...this.#missing('segment ', kept),
      ...this.#missing('feature ', kept),
      ...segments.map((segment) => {
        const named = { name: `segment-${segment.id}`, description: null, ...segment };
        return [`segment ${segment.id}`, { kind: 'segment', segment: named }] as const;
      }),
      ...features.map((feature) => {
        const { enabled, strategies = [], variants = [], ...rest } = feature;
        const there = { enabled, strategies, variants };
        const managed = {
          project: OWN_PROJECT,
          type: 'release',
          description: null,
          stale: false,
          impressionData: false,
          tags: [],
          dependencies: [],
          ...rest,
          environments: Object.fromEntries(environments.map((name) => [name, there])),
        };
        return [`feature ${feature.name}`, { kind: 'feature', feature: managed }] as const;
      }),
    ]);
  }

  override async catalog(): Promise<FlagCatalog> {
    if (!this.failing) return this.#catalog;
    for (const told of this.#refused.splice(0)) told();
    throw new CrossfadeError('unavailable', 'the state database is away');
  }

  override latest(): FlagCatalog | Promise<FlagCatalog> {
    return this.failing ? this.catalog() : this.#catalog;
  }

  /** Resolves when somebody next asks in vain. */
  async refusal(): Promise<void> {
    return new Promise((resolve) => this.#refused.push(resolve));
  }

  override subscribe(listener: (catalog: FlagCatalog) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  override async close(): Promise<void> {
    this.#listeners.clear();
  }

  #missing(prefix: string, kept: ReadonlySet<string>): (readonly [string, CatalogItem])[] {
    return [...this.#catalog.entries.values()]
      .filter(({ key, item }) => key.startsWith(prefix) && !kept.has(key) && isThere(item))
      .map(({ key, item }) => [key, gone(item)] as const);
  }

  #change(items: readonly (readonly [string, CatalogItem])[]): void {
    const changed = items.filter(([key, item]) => {
      return JSON.stringify(this.#catalog.entries.get(key)?.item) !== JSON.stringify(item);
    });
    const from = this.#catalog.revision + 1;
    const entries = changed.map(([key, item], index): CatalogEntry => {
      return { key, item, revision: from + index, changedBy: 'a test', changedAt: 0 };
    });
    this.#catalog = withChanges(this.#catalog, entries);
    for (const listener of this.#listeners) listener(this.#catalog);
  }
}

function isThere(item: CatalogItem): boolean {
  return item.kind !== 'goneFeature' && item.kind !== 'goneSegment';
}

function gone(item: CatalogItem): CatalogItem {
  if (item.kind === 'segment') return { kind: 'goneSegment', id: item.segment.id };
  const name = item.kind === 'route' ? item.route.migration : '';
  if (item.kind === 'feature')
    return { kind: 'goneFeature', name: item.feature.name, project: item.feature.project };
  return { kind: 'goneFeature', name, project: OWN_PROJECT };
}
