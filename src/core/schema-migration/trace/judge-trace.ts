import type { Finding } from '../lint/finding.ts';
import { locksOf, stopsWriters } from '../lint/locks.ts';
import type { Statement } from '../lint/statement.ts';
import { lockWords } from '../lock-counts.ts';
import type { TracedStatement } from './traced-statement.ts';

/** Rules that take a doubt for the worse which a trace settles. */
const DOUBTS = new Set(['change-type', 'drop-constraint']);

/**
 * What is to be said of a statement when it has been seen at work: what the rules found, without the
 * doubts that it has settled, and with what they could not know.
 * @param found by the rules, at this statement
 */
export function judgeTrace(
  statement: Statement,
  traced: TracedStatement,
  found: readonly Finding[],
): readonly Finding[] {
  if (traced.fault !== null) return [...found, refused(statement, traced.fault)];
  const isTouched = traced.rewritten.length > 0 || traced.indexed.length > 0;
  const standing = isTouched ? found : found.filter(({ rule }) => !DOUBTS.has(rule));
  const isRefused = standing.some(({ severity }) => severity === 'error');
  return [
    ...standing,
    ...(isRefused ? [] : [...whileLocked(statement, traced)]),
    ...unclaimed(statement, traced),
  ];
}

const about = (statement: Statement) => ({ place: statement.place }) as const;

function refused(statement: Statement, fault: string): Finding {
  const message = `PostgreSQL refuses it: ${fault}`;
  const safe = 'a statement that works on this schema';
  return { rule: 'fails', severity: 'error', message, safe, ...about(statement) };
}

/** What takes as long as a table is large, seen and by no rule refused. */
function whileLocked(statement: Statement, traced: TracedStatement): readonly Finding[] {
  if (traced.locks === null || !traced.locks.some(stopsWriters)) return [];
  const [rewritten] = traced.rewritten;
  const [indexed] = traced.indexed;
  if (rewritten === undefined && indexed === undefined) return [];
  const work =
    rewritten === undefined
      ? `an index of ${indexed ?? ''} is built`
      : `all rows of ${rewritten} are written anew`;
  const message = `seen: ${work} while others are kept out`;
  const safe = 'an operation that does the same beside others, see docs/operations';
  return [{ rule: 'seen-at-work', severity: 'error', message, safe, ...about(statement) }];
}

/** Tables that the text does not name, where it names others. */
function unclaimed(statement: Statement, { locks }: TracedStatement): readonly Finding[] {
  const claimed = locksOf(statement).map(({ table }) => bare(table));
  if (claimed.length === 0) return [];
  const more = (locks ?? []).filter(
    (lock) => stopsWriters(lock) && !claimed.includes(bare(lock.table)),
  );
  return more.map(({ table, level }) => ({
    rule: 'seen-locked',
    severity: 'warning' as const,
    message: `seen: ${lockWords(level)} on ${table} is held as well`,
    safe: 'a short lock_timeout, and try again; lock the tables in one order where others do',
    ...about(statement),
  }));
}

const bare = (table: string): string => table.replace(/^public\./, '');
