import { qualified } from '../../../core/schema-migration/identifier.ts';
import { workOf } from '../../../core/schema-migration/prediction/statement-work.ts';
import type { TargetSession } from '../../ports/target-database.ts';
import type { CarriedOut } from '../trial-run.ts';

/**
 * Milliseconds that the second pass of `CREATE INDEX CONCURRENTLY` would take, which no transaction may contain: it
 * sorts the addresses that the index holds and reads the table again beside them.
 */
export async function secondPasses(
  session: Pick<TargetSession, 'query'>,
  schema: string,
  index: readonly CarriedOut[],
): Promise<number> {
  let ms = 0;
  for (const { table } of index.filter((one) => workOf(one) === 'build')) {
    const begun = performance.now();
    await session.query(
      `SELECT count(*) FROM (SELECT ctid FROM ${qualified(schema, table)} ORDER BY ctid OFFSET 0) addresses`,
    );
    ms += performance.now() - begun;
  }
  return ms;
}
