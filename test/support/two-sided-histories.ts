import fc from 'fast-check';
import type pg from 'pg';

/** Which side a transaction declares to be of; empty for none. */
export type Side = '' | 'old' | 'new';

/** A statement of either version, and what it does to a plain model. */
export interface Act<Model> {
  readonly sql: string;
  readonly does: (model: Model, side: Side) => void;
}

/** Statements under one side; what does not commit is rolled back. */
interface Transaction<Model> {
  readonly side: Side;
  readonly acts: readonly Act<Model>[];
  readonly commits: boolean;
}

/** Four to twelve transactions, of which one in eight is rolled back. */
export function histories<Model>(
  acts: fc.Arbitrary<Act<Model>>,
): fc.Arbitrary<Transaction<Model>[]> {
  const transaction = fc.record({
    side: fc.constantFrom<Side>('', 'old', 'new'),
    acts: fc.array(acts, { minLength: 1, maxLength: 4 }),
    commits: fc.integer({ min: 0, max: 7 }).map((one) => one > 0),
  });
  return fc.array(transaction, { minLength: 4, maxLength: 12 });
}

/** Carries a history out on the tables, and what of it commits on the model. */
export async function play<Model>(
  client: pg.Client,
  model: Model,
  history: readonly Transaction<Model>[],
): Promise<void> {
  for (const { side, acts, commits } of history) {
    await client.query(`BEGIN; SET LOCAL crossfade.side = '${side}'`);
    for (const { sql, does } of acts) {
      await client.query(sql);
      if (commits) does(model, side);
    }
    await client.query(commits ? 'COMMIT' : 'ROLLBACK');
  }
}

export function byKey<Row>(rows: ReadonlyMap<number, Row>): [number, Row][] {
  return [...rows].toSorted(([one], [other]) => one - other);
}
