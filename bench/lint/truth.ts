import type pg from 'pg';
import { traceScript } from '../../src/adapters/pglite/trace-script.ts';
import type { Statement } from '../../src/core/schema-migration/lint/statement.ts';
import type { TracedStatement } from '../../src/core/schema-migration/trace/traced-statement.ts';
import { KEPT, OLD_STATEMENTS } from './shop.ts';

/** What a script really did to a database in use. */
export interface Truth {
  /** Why it must not run like this; null when nothing speaks against it. */
  readonly danger: string | null;
  readonly traced: readonly (TracedStatement | null)[];
}

/** Runs a script and looks what became of the others: whom it kept out, what they can do no more. */
export async function truthOf(client: pg.Client, statements: readonly Statement[]): Promise<Truth> {
  const query = async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows;
  const [working, rows] = [await workingOf(client), await rowsOf(client)];
  const traced: (TracedStatement | null)[] = [];
  for await (const step of traceScript({ query }, statements)) traced.push(step.traced);
  const after = new Set(await workingOf(client));
  const lost = working.find((sql) => !after.has(sql));
  const fewer = (await rowsOf(client)).some((count, at) => count < (rows[at] ?? 0));
  const dangers = [
    ...traced.flatMap((one) => dangerOf(one) ?? []),
    ...(lost === undefined ? [] : [`breaks: ${lost}`]),
    ...(fewer ? ['rows are gone'] : []),
  ];
  return { danger: dangers[0] ?? null, traced };
}

/** What keeps others out for as long as a table is large. */
function dangerOf(one: TracedStatement | null): string | null {
  if (one === null) return null;
  if (one.fault !== null) return `fails: ${one.fault}`;
  if (one.locks === null) return one.rewritten.length > 0 ? 'rewrites' : null;
  if (one.changed.length > 0) return 'holds all rows';
  const stops = one.locks.some(({ level }) => STOPS.has(level));
  if (!stops) return null;
  if (one.rewritten.length > 0) return 'rewrites under a lock';
  if (one.indexed.length > 0) return 'builds an index under a lock';
  return one.read.length > 0 ? 'reads all rows under a lock' : null;
}

const STOPS: ReadonlySet<string> = new Set(['Share', 'ShareRowExclusive', 'AccessExclusive']);

async function workingOf(client: pg.Client): Promise<readonly string[]> {
  const working: string[] = [];
  for (const sql of OLD_STATEMENTS) {
    await client.query('BEGIN');
    const works = await client.query(sql).then(
      () => true,
      () => false,
    );
    await client.query('ROLLBACK');
    if (works) working.push(sql);
  }
  return working;
}

/** Nothing of a table that is gone. */
async function rowsOf(client: pg.Client): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of KEPT) {
    const counted = await client
      .query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
      .catch(() => null);
    counts.push(counted?.rows[0]?.n ?? 0);
  }
  return counts;
}
