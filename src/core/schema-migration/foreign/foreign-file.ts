import { authorStatements } from '../sql/author-statements.ts';
import { CrossfadeError } from '../../errors.ts';
import { compareVersions } from './compare-versions.ts';
import { changesets } from './changeset.ts';
import { flywayFile, isCallback } from './flyway-file.ts';
import {
  type ForeignFile,
  type ForeignMigration,
  placeOf,
  toolNames,
} from './foreign-migration.ts';
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
  const tools = [...new Set(all.map(({ tool }) => tool))];
  return tools.flatMap((tool) =>
    all
      .filter((one) => one.tool === tool)
      .toSorted((one, other) => compareVersions(one.order, other.order)),
  );
}

/** @throws CrossfadeError `unsupported` for files that Flyway would call, and nobody else */
export function refuseCallbacks(files: readonly ForeignFile[]): void {
  const one = files.find(({ name }) => isCallback(name));
  if (one === undefined) return;
  throw new CrossfadeError(
    'unsupported',
    `${one.name} is a callback, which only Flyway calls. Let Flyway run these files, or give them without it.`,
  );
}

/**
 * Its statements, each to be run by itself in one transaction.
 * @throws CrossfadeError `unsupported` for one that cannot be run there
 */
export function foreignStatements(file: ForeignMigration): readonly string[] {
  const { script, sql, refusal, tool } = file;
  const refuse = (why: string): CrossfadeError =>
    new CrossfadeError(
      'unsupported',
      `${placeOf(file)}: ${why}. Let ${toolNames[tool]} run it, then go on here.`,
    );
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
  if (isCallback(file.name)) return [];
  throw new CrossfadeError(
    'invalidInput',
    `${file.name} is neither Flyway's, which would be called like V1.2__add_birthdate.sql, nor a changelog, ` +
      'which would begin with "--liquibase formatted sql".',
  );
}
