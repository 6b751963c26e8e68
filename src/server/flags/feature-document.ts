import { createHash } from 'node:crypto';
import { OWN_PROJECT, routeToFeature } from '../../core/flags/route-to-feature.ts';
import type { UnleashFeature } from '../../core/flags/unleash-feature.ts';
import type { Route } from '../../core/protocol/route.ts';

/** What a client may narrow `GET client/features` by. */
export interface FeatureQuery {
  readonly project: readonly string[];
  readonly namePrefix: string;
}

/** Body of `GET client/features`. */
export interface FeatureDocument {
  readonly version: 2;
  readonly features: readonly UnleashFeature[];
  readonly segments: readonly never[];
  readonly query: { readonly environment: string };
  readonly meta: {
    readonly revisionId: number;
    readonly etag: string;
    readonly queryHash: string;
  };
}

/** The document of the routes that `query` lets through; made only when its tag is not known. */
export function featureDocument(routes: readonly Route[], query: FeatureQuery): FeatureDocument {
  const wanted = selected(routes, query);
  const etag = etagOf(wanted, query);
  return {
    version: 2,
    features: wanted.map(routeToFeature),
    segments: [],
    query: { environment: 'production' },
    meta: { revisionId: revisionOf(wanted), etag, queryHash: hashOf(JSON.stringify(query)) },
  };
}

/**
 * `"QUERY:REVISION:ROUTES"`. The highest revision alone would not do: a flag may go, and flags
 * mirrored from another system count their revisions by themselves.
 */
export function featureTag(routes: readonly Route[], query: FeatureQuery): string {
  return etagOf(selected(routes, query), query);
}

/** The newest revision among the routes, 0 without any. */
export function revisionOf(routes: readonly Route[]): number {
  return routes.reduce((newest, { revision }) => Math.max(newest, revision), 0);
}

function selected(routes: readonly Route[], query: FeatureQuery): readonly Route[] {
  if (query.project.length > 0 && !query.project.includes(OWN_PROJECT)) return [];
  return routes.filter(({ migration }) => migration.startsWith(query.namePrefix));
}

function etagOf(routes: readonly Route[], query: FeatureQuery): string {
  const state = routes.map(({ migration, revision }) => `${migration}@${revision}`).join('\n');
  return `"${hashOf(JSON.stringify(query))}:${revisionOf(routes)}:${hashOf(state)}"`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
