import type { Finding } from '../finding.ts';
import type { TargetFacts } from '../target-facts.ts';

/** From then on an open transaction is worth a word, and from then on a reason to wait. Seconds. */
const longTransaction = { warns: 60, blocks: 3600 } as const;

/** What other sessions do at the moment, and what they are known to ask for. */
export function checkActivity({ activity, tables }: TargetFacts): readonly Finding[] {
  return [
    ...openTransaction(activity.oldest),
    ...prepared(activity),
    ...starReads(activity, tables),
  ];
}

function openTransaction(oldest: TargetFacts['activity']['oldest']): readonly Finding[] {
  if (oldest === null || oldest.seconds < longTransaction.warns) return [];
  const blocks = oldest.seconds >= longTransaction.blocks;
  const minutes = Math.floor(oldest.seconds / 60);
  return [
    {
      code: 'longTransaction',
      severity: blocks ? 'blocks' : 'warns',
      table: null,
      message: `A transaction of ${oldest.who} (pid ${oldest.pid}) has been open for ${minutes} min; as long as it is, vacuum gives no room back to a backfill, and indexes wait for it.`,
      remedy: `Let it end, or end it: SELECT pg_terminate_backend(${oldest.pid});`,
    },
  ];
}

/** Nobody's session holds these, so no timeout ends them. */
function prepared({ prepared: all }: TargetFacts['activity']): readonly Finding[] {
  return all
    .filter(({ tables, seconds }) => tables.length > 0 || seconds >= longTransaction.blocks)
    .map(({ gid, tables, seconds }) => ({
      code: 'preparedTransaction',
      severity: 'blocks',
      table: null,
      message:
        tables.length > 0
          ? `The prepared transaction "${gid}" has locked ${tables.join(', ')} and keeps the lock until it is decided.`
          : `The prepared transaction "${gid}" has been undecided for ${Math.floor(seconds / 60)} min and keeps vacuum from giving room back.`,
      remedy: `COMMIT PREPARED or ROLLBACK PREPARED it by its name.`,
    }));
}

/**
 * A session's prepared statements are seen by itself alone. What can be known is which statements
 * have run with `SELECT *` on a table that gets a column: where one is prepared, its next execution
 * fails once with "cached plan must not change result type".
 */
function starReads(
  { starReads: reads }: TargetFacts['activity'],
  tables: TargetFacts['tables'],
): readonly Finding[] {
  const remedy = "Let them read the version's view, or name their columns.";
  if (reads === null) {
    if (tables.length === 0) return [];
    const names = tables.map(({ name }) => name).join(', ');
    const message = `Whether statements read SELECT * of ${names} itself, and break once where they are prepared, is not known: pg_stat_statements is not at work here.`;
    return [{ code: 'selectStar', severity: 'unknown', table: null, message, remedy }];
  }
  return tables.flatMap(({ table, name }) => {
    const ids = reads.filter((one) => one.table === table).map(({ queryId }) => queryId);
    if (ids.length === 0) return [];
    const some = ids.slice(0, 5).join(', ');
    const message = `${ids.length === 1 ? '1 statement reads' : `${ids.length} statements read`} SELECT * of ${name} itself (pg_stat_statements.queryid ${some}); where one is prepared, it fails once when the table gets a column.`;
    return [{ code: 'selectStar', severity: 'warns', table: name, message, remedy }];
  });
}
