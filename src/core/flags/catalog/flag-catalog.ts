import type { Route } from '../../protocol/route.ts';
import type { ManagedFeature, ManagedSegment } from './managed-feature.ts';

/** Something that clients are served; `gone` is what was served once. */
export type CatalogItem =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'feature'; readonly feature: ManagedFeature }
  | { readonly kind: 'segment'; readonly segment: ManagedSegment }
  | { readonly kind: 'goneFeature'; readonly name: string; readonly project: string }
  | { readonly kind: 'goneSegment'; readonly id: number };

/** An item with the revision of its last change, and whoever made it. */
export interface CatalogEntry {
  /** Unique among all items, whatever their kind. */
  readonly key: string;
  readonly revision: number;
  readonly changedBy: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
  readonly item: CatalogItem;
}

/**
 * Everything that the flag service serves, at one revision. Revisions count all changes in the order
 * in which they became visible, so that whoever holds one can be told exactly what changed since.
 */
export interface FlagCatalog {
  /** Of the newest change; 0 when there never was one. */
  readonly revision: number;
  readonly entries: ReadonlyMap<string, CatalogEntry>;
}

export const EMPTY_CATALOG: FlagCatalog = { revision: 0, entries: new Map() };

/** The catalog after these changes; older ones than it has change nothing. */
export function withChanges(catalog: FlagCatalog, changes: readonly CatalogEntry[]): FlagCatalog {
  const newer = changes.filter(
    ({ key, revision }) => revision > (catalog.entries.get(key)?.revision ?? 0),
  );
  if (newer.length === 0) return catalog;
  const entries = new Map(catalog.entries);
  for (const entry of newer) entries.set(entry.key, entry);
  const revision = Math.max(catalog.revision, ...newer.map((entry) => entry.revision));
  return { revision, entries };
}

/** What of a catalog is of one kind. */
export function itemsOf<Kind extends CatalogItem['kind']>(
  catalog: FlagCatalog,
  kind: Kind,
): readonly (CatalogEntry & { readonly item: Extract<CatalogItem, { kind: Kind }> })[] {
  type Found = CatalogEntry & { readonly item: Extract<CatalogItem, { kind: Kind }> };
  return [...catalog.entries.values()].filter((entry): entry is Found => entry.item.kind === kind);
}

/** The routes of all rollouts, ordered by name of their flag. */
export function routesOf(catalog: FlagCatalog): readonly Route[] {
  return itemsOf(catalog, 'route')
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item.route);
}
