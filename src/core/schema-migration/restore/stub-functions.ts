/**
 * What the views of an old version call when they are used. They run with their owner's rights, for they
 * look up who took the old shape away and until when it can be brought back, in tables that no
 * application sees; all that they ever do is to raise.
 */
export const STUB_FUNCTIONS: readonly string[] = [
  refusing(
    'gone(migration text, old_view text, new_view text)',
    'boolean',
    `DECLARE was record;
BEGIN
  SELECT s.contracted_at, s.rollout, regexp_replace(s.rollout, '-[0-9]+$', '') AS policy,
    CASE WHEN s.keep_until > clock_timestamp() AND s.rollout NOT LIKE 'direct:%' THEN s.keep_until END AS until
    INTO was FROM crossfade.standing s WHERE s.migration = gone.migration AND s.contracted_at IS NOT NULL;
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('%s is gone: schema migration %s has been completed', old_view, migration)
      || CASE WHEN was.contracted_at IS NULL THEN ''
           ELSE format(' on %s by %s', to_char(was.contracted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), was.rollout) END,
    HINT = format('This code is older than the database. Use %s, the new version.', new_view)
      || CASE WHEN was.until IS NULL THEN ''
           ELSE format(' Until %s the old one can be brought back: crossfade restore %s --confirm %2$s',
             to_char(was.until AT TIME ZONE 'UTC', 'YYYY-MM-DD'), was.policy) END;
END`,
  ),
  refusing(
    'refuse_gone()',
    'trigger',
    'BEGIN\n  PERFORM crossfade.gone(TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);\n  RETURN NULL;\nEND',
  ),
  refusing(
    'returning(migration text, old_view text)',
    'boolean',
    `BEGIN
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('%s is being brought back: schema migration %s is being restored', old_view, migration),
    HINT = 'It can be used when its rows are in step again; try again in a while.';
END`,
  ),
  refusing(
    'refuse_returning()',
    'trigger',
    'BEGIN\n  PERFORM crossfade.returning(TG_ARGV[0], TG_ARGV[1]);\n  RETURN NULL;\nEND',
  ),
];

/** Volatile, so that it runs whenever the view is used. */
function refusing(signature: string, returns: string, body: string): string {
  return `CREATE OR REPLACE FUNCTION crossfade.${signature} RETURNS ${returns} LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
${body} $crossfade$`;
}
