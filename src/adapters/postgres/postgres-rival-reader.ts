import type { DataSource } from 'typeorm';
import type { Candidate, Fellow } from '../../core/storm/storm-view.ts';
import { RivalReader } from '../../engine/ports/rival-reader.ts';

/** More than this make no other storm than these. */
const mostRivals = 40;

export class PostgresRivalReader extends RivalReader {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override wishing(
    rollout: string,
    providers: readonly string[],
    since: number,
  ): Promise<readonly Fellow[]> {
    return this.#source.query(selectWishing, [rollout, providers, since, mostRivals]);
  }

  override exposed(rollout: string, providers: readonly string[]): Promise<readonly Candidate[]> {
    const heard = providers.some((provider) => provider.startsWith('alerts:'));
    const metrics = providers
      .filter((provider) => provider.startsWith('metrics:'))
      .map((provider) => provider.slice('metrics:'.length));
    return this.#source.query(selectExposed, [rollout, heard, metrics, mostRivals]);
  }
}

const selectWishing = `SELECT r.id AS rollout, r.policy, p.body->>'project' AS project,
    r.state->'wish'->'providers' AS providers
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE r.state ? 'wish' AND (r.state->'wish'->>'since')::bigint >= $3::bigint
    AND r.state->'wish'->'providers' ?| $2::text[] AND r.id <> $1
  ORDER BY r.id LIMIT $4`;

const selectExposed = `SELECT r.id AS rollout, r.policy, p.body->>'project' AS project,
    p.body->'alerts' AS alerts
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE NOT r.ended AND r.phase IN ('running', 'paused') AND r.id <> $1
    AND r.state->>'firstExposureAt' IS NOT NULL
    AND ($2 OR EXISTS (
      SELECT FROM jsonb_array_elements(p.body->'guards') g
      WHERE p.body->>'project' || '/' || coalesce(g->>'provider', g->'source'->>'provider')
        = ANY ($3::text[])))
  ORDER BY r.id LIMIT $4`;
