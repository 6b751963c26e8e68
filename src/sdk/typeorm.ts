import { Entity } from 'typeorm';
import type { EntityManager, EntityOptions } from 'typeorm';
import { versionSchemas } from '../core/protocol/version-schemas.ts';
import type { RouteRow, Side } from '../core/protocol/route.ts';
import type { Savepoint } from './crossfade.ts';
import { readRouteRow } from './route-row-query.ts';
import { savepointBy } from './savepoint.ts';

/** What `CrossfadeEntity` takes: TypeORM's own options, and which version it is. */
export interface CrossfadeEntityOptions extends Omit<EntityOptions, 'synchronize'> {
  /** Default: `new`. */
  readonly side?: Side;
  /** Schema of the version's views. Default: what a policy with an inline `change` gives them. */
  readonly schema?: string;
}

/**
 * An entity on the views of one version of a migration, qualified with their schema, so that no
 * search path must be set. TypeORM's schema generation leaves it alone: Crossfade makes the views.
 */
export function CrossfadeEntity(
  migration: string,
  { side = 'new', ...options }: CrossfadeEntityOptions = {},
): ClassDecorator {
  const [old, fresh] = versionSchemas(migration);
  return Entity({ schema: side === 'new' ? fresh : old, ...options, synchronize: false });
}

/** What runs SQL: a `DataSource`, an `EntityManager`, a `QueryRunner`. */
export type RunsQueries = Pick<EntityManager, 'query'>;

/**
 * Reads the row of `crossfade.route`, the second path, for the option `routeRow`. A data source that
 * is not connected yet is an error, which counts as no answer.
 */
export function routeRowBy(source: RunsQueries): (migration: string) => Promise<RouteRow | null> {
  return readRouteRow(async (text, values) => source.query(text, [...values]));
}

/** Lets a pure read fall back within the transaction of `manager`; for `read({ savepoint })`. */
export function savepoint(manager: RunsQueries): Savepoint {
  return savepointBy((text) => manager.query(text));
}
