/** The last rehearsal of each migration: `asked` is who asked for it, `definition` what was tried. */
export const REHEARSAL_TABLE = `CREATE TABLE IF NOT EXISTS crossfade.rehearsal (
    migration text PRIMARY KEY, definition jsonb NOT NULL, asked text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), report jsonb NOT NULL)`;
