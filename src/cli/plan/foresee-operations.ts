import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { borderWords, returnBorders } from '../../core/schema-migration/return-borders.ts';
import { assumedCatalog } from '../../core/schema-migration/assumed-catalog.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { PlannedOnTarget } from '../../core/protocol/target-view.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import type { Operation } from '../../core/schema-migration/operation.ts';
import { plan } from '../../core/schema-migration/plan.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import {
  readMigrations,
  type PlaceInFile,
  placeOn,
  type WrittenMigration,
} from '../../language/read-migrations.ts';
import type { TextFile } from '../read-files.ts';
import type { Foreseen, ForeseenMigration, PlacedFinding } from './foresight.ts';

/** Asks a target what the schema migrations of some files would do there. */
export type AskTarget = (files: readonly TextFile[]) => Promise<readonly PlannedOnTarget[]>;

/**
 * What the operations of policies and schema migrations do, on a target or on a database that is taken
 * for granted.
 */
export async function foreseeOperations(
  files: readonly TextFile[],
  server: number,
  ask: AskTarget | null,
): Promise<Foreseen> {
  const findings: PlacedFinding[] = [];
  const migrations: ForeseenMigration[] = [];
  const all = readMigrations(files);
  const real = ask === null ? [] : await ask(files);
  for (const [index, written] of all.entries()) {
    const onTarget = real[index] ?? null;
    findings.push(...foundOn(onTarget, written));
    migrations.push(migrationOf(written, onTarget, findings));
    for (const [at, operation] of written.migration.operations.entries()) {
      const place = written.places[at];
      if (place !== undefined) findings.push(...(await ofStatements(operation, place, server)));
    }
  }
  return { findings, migrations, scripts: [] };
}

function migrationOf(
  written: WrittenMigration,
  onTarget: PlannedOnTarget | null,
  findings: PlacedFinding[],
): ForeseenMigration {
  const { name } = written.migration;
  const file = written.places[0]?.file ?? name;
  const real = onTarget === null ? null : realOf(onTarget);
  const reversibleWhile = returnBorders(written.migration).map(borderWords);
  const about = { name, file, real, reversibleWhile };
  if (onTarget !== null && onTarget.statements !== null) {
    return { ...about, assumed: [], statements: onTarget.statements };
  }
  const catalog = assumedCatalog(written.migration);
  const statements = planned(written, catalog, findings);
  return { ...about, assumed: catalog.tables.map(tableWords), statements };
}

const realOf = ({
  tables,
  growth,
  prediction,
  tried,
}: PlannedOnTarget): ForeseenMigration['real'] => ({
  tables,
  growth,
  prediction,
  ...(tried === undefined ? {} : { tried }),
});

const severities = { blocks: 'error', warns: 'warning', unknown: 'notice' } as const;

/** What is in the way on the target, at the first operation on the table that it is about. */
function foundOn(
  onTarget: PlannedOnTarget | null,
  written: WrittenMigration,
): readonly PlacedFinding[] {
  return (onTarget?.findings ?? []).flatMap(({ code, severity, table, message, remedy }) => {
    const place = placeOn(written, table);
    if (place === undefined) return [];
    return [{ rule: code, severity: severities[severity], message, safe: remedy, ...place }];
  });
}

const tableWords = ({ name, columns }: Catalog['tables'][number]): string =>
  `${name} (${columns.map((column) => column.name).join(', ')})`;

function planned(
  written: WrittenMigration,
  catalog: Catalog,
  findings: PlacedFinding[],
): readonly PlannedStatement[] {
  const { migration, places } = written;
  const refusal = refusalOf(written, catalog, migration.operations.length);
  if (refusal === null) return plan(migration, catalog);
  // The first operation with which it cannot be carried out any more is the one to look at.
  const culprit = places.findIndex((_, at) => refusalOf(written, catalog, at + 1) !== null);
  const place = places[culprit] ?? places[0];
  if (place === undefined) throw refusal;
  const safe = 'what the message says, or a plan on the real database: its server knows more';
  const about = { rule: 'operation', severity: 'error', message: refusal.message, safe } as const;
  findings.push({ ...about, ...place });
  return [];
}

function refusalOf(
  { migration }: WrittenMigration,
  catalog: Catalog,
  count: number,
): CrossfadeError | null {
  try {
    plan({ ...migration, operations: migration.operations.slice(0, count) }, catalog);
    return null;
  } catch (fault) {
    if (fault instanceof CrossfadeError) return fault;
    throw fault;
  }
}

/** Statements that an author wrote into an operation run under the rules for scripts. */
async function ofStatements(
  operation: Operation,
  place: PlaceInFile,
  server: number,
): Promise<readonly PlacedFinding[]> {
  if (operation.operation !== 'sql') return [];
  const parsed = await parseScript(operation.expand);
  if ('message' in parsed) {
    const faults = [{ ...place, message: `expand: ${parsed.message}` }];
    throw new CrossfadeError('invalidInput', 'PostgreSQL does not understand it', { faults });
  }
  return (
    lintScript(parsed, { server, isWrapped: true })
      // The runner sets it, and tries again.
      .filter(({ rule }) => rule !== 'missing-lock-timeout')
      .map(({ rule, severity, message, safe }) => ({ rule, severity, message, safe, ...place }))
  );
}
