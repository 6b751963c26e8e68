import { authorStatements } from '../sql/author-statements.ts';
import { CrossfadeError } from '../../errors.ts';
import { compareVersions } from './compare-versions.ts';
import { changesets } from './changeset.ts';
import { flywayFile } from './flyway-file.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';
import { typeormClasses } from './typeorm-class.ts';

/** True for a file of another tool's: SQL, or code. */
export function isForeignFile({ name }: Pick<ForeignFile, 'name'>): boolean {
  return /\.(sql|ts|js|mjs|cjs)$/.test(name);
}

/**
 * The migrations of another tool's files, in the order in which that tool runs them.
 * @throws CrossfadeError `invalidInput` for a file that is no migration of a tool that is known
 */
export function foreignMigrations(files: readonly ForeignFile[]): readonly ForeignMigration[] {
  const all = files.flatMap(migrationsIn);
  // Changesets run as they stand.
  return all.toSorted((one, other) =>
    one.tool === other.tool ? compareVersions(one.order, other.order) : 0,
  );
}

/**
 * Its statements, each to be run by itself in one transaction.
 * @throws CrossfadeError `unsupported` for one that cannot be run there
 */
export function foreignStatements({
  script,
  key,
  sql,
  refusal,
}: ForeignMigration): readonly string[] {
  const refuse = (why: string): CrossfadeError =>
    new CrossfadeError('unsupported', `${script}: ${key}: ${why}. Let the tool itself run it.`);
  if (refusal !== null) throw refuse(refusal);
  return authorStatements(sql, script).map((one) => {
    if (!OUTSIDE.test(one.skeleton)) return one.sql;
    const head = one.skeleton.split(' ').slice(0, 3).join(' ');
    throw refuse(`\`${head} …\` cannot run inside one transaction with the rest`);
  });
}

const OUTSIDE =
  /^(begin|start|commit|end|rollback|abort|prepare|vacuum|copy|create database|drop database|alter system|reindex.* concurrently|(create|drop) (unique )?index concurrently)\b/;

function migrationsIn(file: ForeignFile): readonly ForeignMigration[] {
  if (!file.name.endsWith('.sql')) return typeormClasses(file);
  const found = changesets(file) ?? flywayFile(file);
  if (found !== null) return found;
  throw new CrossfadeError(
    'invalidInput',
    `${file.name} is neither Flyway's, which would be called like V1.2__add_birthdate.sql, nor a changelog, ` +
      'which would begin with "--liquibase formatted sql".',
  );
}
