import { runsAlone, type Statement } from '../../core/schema-migration/lint/statement.ts';
import { textIn } from '../../core/schema-migration/lint/syntax-tree.ts';
import {
  compareLooks,
  locksSql,
  type Look,
  relationsSql,
} from '../../core/schema-migration/trace/compare-looks.ts';
import type { TracedStatement } from '../../core/schema-migration/trace/traced-statement.ts';

/** One connection to a database that nobody else uses and nobody needs afterwards. */
export interface TraceSession {
  /** Throws what the server has against it. */
  query<Row extends object>(sql: string): Promise<readonly Row[]>;
}

/** One statement that was run. */
export interface Step {
  readonly statement: Statement;
  /** Null for BEGIN, COMMIT and the like. */
  readonly traced: TracedStatement | null;
  /** Whether a transaction of the script's own is open. */
  readonly isOpen: boolean;
}

/**
 * Runs the statements of a script one after the other and looks at what each of them does, up to the
 * first that the server refuses. What it does stays done.
 */
export async function* traceScript(
  session: TraceSession,
  statements: readonly Statement[],
): AsyncGenerator<Step> {
  const first = await look(session);
  let isOpen = false;
  for (const statement of statements) {
    if (statement.kind === 'TransactionStmt') {
      await session.query(statement.text);
      isOpen = /BEGIN|START|SAVEPOINT|RELEASE|ROLLBACK_TO/.test(textIn(statement.fields, 'kind'));
      yield { statement, traced: null, isOpen };
      continue;
    }
    const traced = await traceOne(session, statement, first, isOpen);
    yield { statement, traced, isOpen: isOpen && traced.fault === null };
    if (traced.fault !== null) return;
  }
}

async function traceOne(
  session: TraceSession,
  statement: Statement,
  first: Look,
  isOpen: boolean,
): Promise<TracedStatement> {
  const alone = runsAlone(statement) && !isOpen;
  const own = !alone && !isOpen;
  if (own) await session.query('BEGIN');
  const before = await look(session);
  try {
    await session.query(statement.text);
  } catch (fault) {
    if (own || isOpen) await session.query('ROLLBACK');
    const message = fault instanceof Error ? fault.message : String(fault);
    return { locks: [], rewritten: [], indexed: [], read: [], changed: [], fault: message };
  }
  const seen = compareLooks(first, before, await look(session));
  if (own) await session.query('COMMIT');
  return { ...seen, locks: alone ? null : seen.locks, fault: null };
}

async function look(session: TraceSession): Promise<Look> {
  const locks = await session.query<Look['locks'][number]>(locksSql);
  return { relations: await session.query(relationsSql), locks };
}
