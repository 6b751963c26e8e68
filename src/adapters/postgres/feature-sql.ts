/** `$1` in all of these is a JSON array of what is to be written: one statement, however many. */

export const putPlaces = {
  project: `INSERT INTO crossfade_state.project
    SELECT jsonb_array_elements_text($1::jsonb) ON CONFLICT DO NOTHING RETURNING name`,
  environment: `INSERT INTO crossfade_state.environment
    SELECT jsonb_array_elements_text($1::jsonb) ON CONFLICT DO NOTHING RETURNING name`,
} as const;

export const putSegments = `INSERT INTO crossfade_state.segment
    (id, name, description, constraints, changed_by, changed_at)
  SELECT id, name, description, constraints, $2, $3
  FROM jsonb_to_recordset($1::jsonb)
    AS given (id integer, name text, description text, constraints jsonb)
  ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, description = excluded.description,
    constraints = excluded.constraints, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at`;

export const putFeatures = `INSERT INTO crossfade_state.feature
    (name, project, type, description, stale, impression_data, tags, dependencies, changed_by,
     changed_at)
  SELECT name, project, type, description, stale, "impressionData", tags, dependencies, $2, $3
  FROM jsonb_to_recordset($1::jsonb)
    AS given (name text, project text, type text, description text, stale boolean,
              "impressionData" boolean, tags jsonb, dependencies jsonb)
  ON CONFLICT (name) DO UPDATE SET
    type = excluded.type, description = excluded.description, stale = excluded.stale,
    impression_data = excluded.impression_data, tags = excluded.tags,
    dependencies = excluded.dependencies, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at`;

const givenEnvironments = `SELECT f.given->>'name' AS feature, e.key AS environment, e.value
  FROM jsonb_array_elements($1::jsonb) AS f (given), jsonb_each(f.given->'environments') AS e`;

export const putEnvironments = `INSERT INTO crossfade_state.feature_environment
    (feature, environment, enabled, strategies, variants)
  SELECT feature, environment, (value->>'enabled')::boolean, value->'strategies', value->'variants'
  FROM (${givenEnvironments}) AS given
  ON CONFLICT (feature, environment) DO UPDATE SET
    enabled = excluded.enabled, strategies = excluded.strategies, variants = excluded.variants`;

/** Environments that a flag was in and is not any more. */
export const dropEnvironments = `DELETE FROM crossfade_state.feature_environment AS stored
  WHERE feature IN (SELECT given->>'name' FROM jsonb_array_elements($1::jsonb) AS given)
    AND NOT EXISTS (
      SELECT FROM (${givenEnvironments}) AS given
      WHERE given.feature = stored.feature AND given.environment = stored.environment)`;

/** Revision and project of those flags that exist. */
export const selectStanding = `SELECT f.name, f.project, c.revision
  FROM crossfade_state.feature f
  JOIN crossfade_state.flag_change c ON c.kind = 'feature' AND c.name = f.name
  WHERE f.name IN (SELECT jsonb_array_elements_text($1::jsonb))`;

/** Rollouts that have a flag of such a name. */
export const selectRollouts = `SELECT migration AS served, name FROM crossfade_state.flag
  WHERE migration IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY migration`;

/** Segments of another id that have one of these names. */
export const selectNamesakes = `SELECT s.id, s.name FROM crossfade_state.segment s
  JOIN jsonb_to_recordset($1::jsonb) AS given (id integer, name text)
    ON given.name = s.name AND given.id <> s.id`;

/** Flags that use one of these segments. */
export const selectSegmentUsers = `SELECT DISTINCT u.id, e.feature AS name
  FROM (SELECT value::text::integer AS id FROM jsonb_array_elements($1::jsonb)) AS u
  JOIN crossfade_state.feature_environment e ON e.strategies @>
    jsonb_build_array(jsonb_build_object('segments', jsonb_build_array(u.id)))
  ORDER BY u.id, e.feature`;

export const removeFeatures = `WITH gone AS (
    DELETE FROM crossfade_state.feature
    WHERE name IN (SELECT jsonb_array_elements_text($1::jsonb)) RETURNING name)
  SELECT name AS key FROM gone`;

export const removeSegments = `WITH gone AS (
    DELETE FROM crossfade_state.segment
    WHERE id IN (SELECT value::text::integer FROM jsonb_array_elements($1::jsonb)) RETURNING id)
  SELECT id::text AS key FROM gone`;

export const noteWrites = `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  SELECT $3, $2, action, subject, detail
  FROM jsonb_to_recordset($1::jsonb) AS given (action text, subject text, detail jsonb)`;
