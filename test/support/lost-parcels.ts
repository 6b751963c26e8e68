import pg from 'pg';

/** The parcels whose value in a view is not the last one that was acknowledged. */
export async function lostParcels(
  url: string,
  view: string,
  column: string,
  written: ReadonlyMap<number, number>,
): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; value: number }>(
      `SELECT id, ${column}::int AS value FROM ${view}`,
    );
    const stands = new Map(rows.map(({ id, value }) => [Number(id), value]));
    return [...written].filter(([id, value]) => stands.get(id) !== value).map(([id]) => id);
  } finally {
    await client.end();
  }
}
