import { CrossfadeError, type Fault } from '../core/errors.ts';
import { type SchemaMigration, tablesOf } from '../core/schema-migration/schema-migration.ts';
import type { OldStatement } from '../core/schema-migration/trace/old-statements.ts';
import type { PolicyDocument } from './document.ts';
import { parseDocuments } from './parse-documents.ts';
import type { OperationInput } from './kinds/operation.ts';
import { Context } from './resolve/context.ts';
import {
  statementsIn,
  statementsOfMigration,
  statementsOfPolicy,
} from './resolve/listed-statements.ts';
import { writtenIn } from './resolve/operation-of.ts';
import { declaredMigration, inlineMigration } from './resolve/resolve-migration.ts';
import type { SourceFile } from './source/read-yaml.ts';

/** A schema migration with the target that its document names; null where the file does not say it. */
export interface WrittenMigration {
  readonly migration: SchemaMigration;
  readonly target: string | null;
  /** Where each of its operations is written. */
  readonly places: readonly PlaceInFile[];
  /** What the services that it is for say that they run. */
  readonly listed: readonly OldStatement[];
}

/** Both count from 1. */
export type PlaceInFile = Omit<Fault, 'message'>;

/**
 * The schema migrations of some files, in their order: SchemaMigration documents and the changes that
 * policies write themselves. What else the files hold is checked and left alone, but for what services run.
 * @param stored documents that those of the files may name; one in the files holds before them
 * @throws CrossfadeError `invalidInput` with every fault
 */
export function migrationsIn(
  files: readonly SourceFile[],
  stored: readonly PolicyDocument[] = [],
): readonly WrittenMigration[] {
  const documents = documentsOf(files);
  const context = new Context([...stored, ...documents]);
  return documents.flatMap((document) => migrationsOf(document, context));
}

/** The same. @throws CrossfadeError `invalidInput` also when there is no migration at all */
export function readMigrations(
  files: readonly SourceFile[],
  stored: readonly PolicyDocument[] = [],
): readonly WrittenMigration[] {
  const migrations = migrationsIn(files, stored);
  if (migrations.length > 0) return migrations;
  throw new CrossfadeError(
    'invalidInput',
    'the files hold no SchemaMigration, and no RolloutPolicy with a `change`',
  );
}

/** What the services of some files say that they run. Throws as `migrationsIn`. */
export function readStatements(files: readonly SourceFile[]): readonly OldStatement[] {
  return statementsIn(documentsOf(files));
}

function documentsOf(files: readonly SourceFile[]): readonly PolicyDocument[] {
  const { documents, faults } = parseDocuments(files);
  if (faults.length === 0) return documents;
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  const located = faults.map(({ file, line, column, message }) => ({
    file,
    line,
    column,
    message,
  }));
  throw new CrossfadeError('invalidInput', `${count}; nothing was carried out`, {
    faults: located,
  });
}

/** Where the first operation on a table is written, or the first of all where the table is none of theirs. */
export function placeOn(
  { migration, places }: WrittenMigration,
  table: string | null,
): PlaceInFile | undefined {
  const at = migration.operations.findIndex((one) =>
    tablesOf(one).some((name) => table?.split('.').at(-1)?.replaceAll('"', '') === name),
  );
  return places[at] ?? places[0];
}

function migrationsOf(document: PolicyDocument, context: Context): readonly WrittenMigration[] {
  if (document.kind === 'SchemaMigration') {
    const { target, operations } = document.spec;
    const places = placesOf(document, 'operations', operations);
    const listed = statementsOfMigration(document, context);
    return [{ migration: declaredMigration(document), target, places, listed }];
  }
  if (document.kind !== 'RolloutPolicy' || document.spec.change === undefined) return [];
  const places = placesOf(document, 'change', document.spec.change);
  const listed = statementsOfPolicy(document, context);
  return [{ migration: inlineMigration(document), target: null, places, listed }];
}

function placesOf(
  { source }: PolicyDocument,
  key: 'operations' | 'change',
  inputs: readonly OperationInput[],
): readonly PlaceInFile[] {
  return writtenIn(inputs).map((at) => {
    const { message: _, ...place } = source.fault(['spec', key, at], '');
    return place;
  });
}
