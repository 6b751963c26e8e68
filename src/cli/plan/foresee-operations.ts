import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { assumedCatalog } from '../../core/schema-migration/assumed-catalog.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import type { Operation } from '../../core/schema-migration/operation.ts';
import { plan } from '../../core/schema-migration/plan.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import {
  readMigrations,
  type PlaceInFile,
  type WrittenMigration,
} from '../../language/read-migrations.ts';
import type { TextFile } from '../read-files.ts';
import type { Foreseen, ForeseenMigration, PlacedFinding } from './foresight.ts';

/** What the operations of policies and schema migrations do, on a database that is taken for granted. */
export async function foreseeOperations(
  files: readonly TextFile[],
  server: number,
): Promise<Foreseen> {
  const findings: PlacedFinding[] = [];
  const migrations: ForeseenMigration[] = [];
  for (const written of readMigrations(files)) {
    const { name } = written.migration;
    const catalog = assumedCatalog(written.migration);
    const statements = planned(written, catalog, findings);
    const file = written.places[0]?.file ?? name;
    migrations.push({ name, file, assumed: catalog.tables.map(tableWords), statements });
    for (const [at, operation] of written.migration.operations.entries()) {
      const place = written.places[at];
      if (place !== undefined) findings.push(...(await ofStatements(operation, place, server)));
    }
  }
  return { findings, migrations, scripts: [] };
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
