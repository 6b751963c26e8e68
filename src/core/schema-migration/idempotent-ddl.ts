/** A column that a target of an earlier version lacks; where it is there, nothing is locked. */
export function column(table: string, name: string, type: string): string {
  return `DO $crossfade$ BEGIN IF NOT EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = 'crossfade.${table}'::regclass AND attname = '${name}' AND NOT attisdropped) THEN
    ALTER TABLE crossfade.${table} ADD COLUMN ${name} ${type}; END IF; END $crossfade$`;
}

/**
 * `CREATE INDEX IF NOT EXISTS` locks the table even when there is nothing to do, and would stand
 * between a long transaction of the application and every later write that has to be kept aside.
 */
export function index(name: string, on: string): string {
  return `DO $crossfade$ BEGIN IF to_regclass('crossfade.${name}') IS NULL THEN
    CREATE INDEX ${name} ON crossfade.${on}; END IF; END $crossfade$`;
}
