/**
 * Schemas that hold the views of the old and the new version of a migration that names none itself:
 * dashes and dots of its name become underscores.
 */
export function versionSchemas(migration: string): readonly [old: string, fresh: string] {
  const stem = migration.replace(/[-.]/g, '_');
  return [`${stem}_old`, `${stem}_new`];
}
