import type pg from 'pg';

/** Says of a fault what it means. */
export type Translated = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/**
 * Asks a question under a name that no other text has: a connection parses it once, and plans it once where
 * plans are generic.
 */
export type Prepared = <Row extends object>(
  name: string,
  text: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>;

/** Prepared statements belong to a connection, and live as long. */
export function preparedOn(client: pg.ClientBase, translated: Translated): Prepared {
  return <Row extends object>(name: string, text: string, values: readonly unknown[]) =>
    translated(async () => (await client.query<Row>({ name, text, values: [...values] })).rows);
}
