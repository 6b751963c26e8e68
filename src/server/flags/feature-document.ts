import type { Audience } from '../../core/flags/catalog/audience.ts';
import type {
  ConstraintDefinition,
  FeatureDefinition,
  FeatureState,
  SegmentDefinition,
} from '../../core/flags/feature.ts';
import type { FeatureQuery } from './feature-query.ts';

/** Which state of the flags a document shows. */
export interface DocumentMeta {
  readonly revisionId: number;
  readonly etag: string;
  readonly queryHash: string;
}

/** Body of `GET client/features`. */
export interface FeatureDocument {
  readonly version: 2;
  readonly features: readonly FeatureDefinition[];
  readonly segments?: readonly SegmentDefinition[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly meta: DocumentMeta;
}

export function featureDocument(
  { features, segments }: FeatureState,
  { environment, projects }: Audience,
  { project, namePrefix, tag, inlineSegments }: FeatureQuery,
  meta: DocumentMeta,
): FeatureDocument {
  const asked = project.length > 0 ? project : projects === '*' ? ['*'] : projects;
  const query = {
    project: asked,
    environment,
    inlineSegmentConstraints: inlineSegments,
    ...(namePrefix === '' ? {} : { namePrefix }),
    ...(tag.length === 0 ? {} : { tag }),
  };
  if (!inlineSegments) return { version: 2, features, segments, query, meta };
  return { version: 2, features: features.map(inlined(segments)), query, meta };
}

/** A segment that is not there leaves everybody out, so it becomes a constraint that nobody meets. */
const NOBODY: ConstraintDefinition = { contextName: 'userId', operator: 'IN', values: [] };

function inlined(
  segments: readonly SegmentDefinition[],
): (feature: FeatureDefinition) => FeatureDefinition {
  const byId = new Map(segments.map(({ id, constraints }) => [id, constraints]));
  return ({ strategies = [], ...feature }) => ({
    ...feature,
    strategies: strategies.map(({ segments: used = [], constraints = [], ...strategy }) => ({
      ...strategy,
      constraints: [...constraints, ...used.flatMap((id) => byId.get(id) ?? [NOBODY])],
    })),
  });
}
