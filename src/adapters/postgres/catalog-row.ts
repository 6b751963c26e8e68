import type { CatalogEntry, CatalogItem } from '../../core/flags/catalog/flag-catalog.ts';
import type {
  ManagedEnvironment,
  ManagedFeature,
  ManagedSegment,
} from '../../core/flags/catalog/managed-feature.ts';
import { type FlagRow, servedRoute } from './flag-row.ts';

/** A row of `crossfade_state.flag_change` with what it points to; `body` is null for what is gone. */
export interface CatalogRow {
  readonly kind: 'route' | 'feature' | 'segment';
  readonly name: string;
  readonly served: string;
  readonly project: string;
  readonly revision: string;
  readonly body: (FeatureBody & SegmentBody & FlagRow) | null;
}

interface Changed {
  readonly changed_by: string;
  readonly changed_at: number;
}

interface FeatureBody extends Changed, Omit<ManagedFeature, 'impressionData' | 'environments'> {
  readonly impression_data: boolean;
  readonly environments: readonly (ManagedEnvironment & { readonly environment: string })[] | null;
}

interface SegmentBody extends Changed, ManagedSegment {}

/** What changed after a revision, oldest first. The head is there also when nothing did. */
export const selectCatalog = `
  SELECT h.revision AS head, c.kind, c.name, c.served, c.project, c.revision,
    coalesce(to_jsonb(r), to_jsonb(s), to_jsonb(f) || jsonb_build_object('environments', (
      SELECT jsonb_agg(to_jsonb(e)) FROM crossfade_state.feature_environment e
      WHERE e.feature = f.name))) AS body
  FROM (SELECT coalesce(max(revision), 0) AS revision FROM crossfade_state.flag_change) h
  LEFT JOIN crossfade_state.flag_change c ON c.revision > $1
  LEFT JOIN crossfade_state.flag r ON c.kind = 'route' AND r.name = c.name
  LEFT JOIN crossfade_state.feature f ON c.kind = 'feature' AND f.name = c.name
  LEFT JOIN crossfade_state.segment s ON c.kind = 'segment' AND s.id::text = c.name
  ORDER BY c.revision`;

export function catalogEntry(row: CatalogRow): CatalogEntry {
  const { kind, name, revision, body } = row;
  return {
    key: `${kind} ${name}`,
    revision: Number(revision),
    changedBy: body?.changed_by ?? '',
    changedAt: Number(body?.changed_at ?? 0),
    item: itemOf(row),
  };
}

function itemOf({ kind, name, served, project, body }: CatalogRow): CatalogItem {
  if (body === null) {
    return kind === 'segment'
      ? { kind: 'goneSegment', id: Number(name) }
      : { kind: 'goneFeature', name: served, project };
  }
  switch (kind) {
    case 'route':
      return { kind, route: servedRoute(body) };
    case 'feature':
      return { kind, feature: featureOf(body) };
    case 'segment': {
      const { id, description, constraints } = body;
      return { kind, segment: { id, name: body.name, description, constraints } };
    }
  }
}

function featureOf(body: FeatureBody): ManagedFeature {
  const environments = (body.environments ?? []).map(
    ({ environment, enabled, strategies, variants }) =>
      [environment, { enabled, strategies, variants }] as const,
  );
  return {
    name: body.name,
    project: body.project,
    type: body.type,
    description: body.description,
    stale: body.stale,
    impressionData: body.impression_data,
    tags: body.tags,
    dependencies: body.dependencies,
    environments: Object.fromEntries(environments),
  };
}
