import pg from 'pg';
import type { Expectation, Value } from '../load/journal.ts';

/** A key whose value in a shape is neither the last acknowledged one nor one tried later. */
export interface LostWrite {
  readonly id: number;
  readonly shape: 'old' | 'new';
  readonly expected: readonly Value[];
  /** Undefined when the row itself is gone. */
  readonly found: Value | undefined;
}

const chunkSize = 5_000;

/** Each shape: the column of the table that holds it, and how an application of its version reads it. */
const shapes = {
  old: { column: 'dob', view: 'users_v1_1.users', value: 'dob' },
  new: { column: 'birthdate', view: 'users_v1_2.users', value: "to_char(birthdate, 'YYYY-MM-DD')" },
} as const;

type Shape = keyof typeof shapes;

/**
 * Looks every written key up over a connection of its own, in each shape that exists: the old one
 * until contract took it away, the new one from expand on. At least one shape must be there. Until
 * the new one `isFilled`, a row that was written before expand may still be without it.
 */
export async function lostWrites(
  url: string,
  expectations: readonly Expectation[],
  isFilled: boolean,
): Promise<readonly LostWrite[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const existing = await existingShapes(client);
    if (existing.length === 0)
      throw new Error('the table has neither the old shape nor the new one');
    const lost: LostWrite[] = [];
    for (const shape of existing) lost.push(...(await lostIn(client, shape, expectations)));
    const isUnfilled = ({ shape, found }: LostWrite): boolean => shape === 'new' && found === null;
    return isFilled ? lost : lost.filter((write) => !isUnfilled(write));
  } finally {
    await client.end();
  }
}

async function existingShapes(client: pg.Client): Promise<readonly Shape[]> {
  const { rows } = await client.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = 'users'`,
  );
  const columns = new Set(rows.map((row) => row.column_name));
  return (['old', 'new'] as const).filter((shape) => columns.has(shapes[shape].column));
}

async function lostIn(
  client: pg.Client,
  shape: Shape,
  expectations: readonly Expectation[],
): Promise<readonly LostWrite[]> {
  const lost: LostWrite[] = [];
  for (let from = 0; from < expectations.length; from += chunkSize) {
    const chunk = expectations.slice(from, from + chunkSize);
    const found = await valuesOf(client, shape, chunk);
    for (const { id, acknowledged, triedLater } of chunk) {
      const expected = [acknowledged, ...triedLater];
      const value = found.get(id);
      if (value === undefined || !expected.includes(value)) {
        lost.push({ id, shape, expected, found: value });
      }
    }
  }
  return lost;
}

async function valuesOf(
  client: pg.Client,
  shape: Shape,
  expectations: readonly Expectation[],
): Promise<ReadonlyMap<number, Value>> {
  const { view, value } = shapes[shape];
  const { rows } = await client.query<{ id: string; value: Value }>(
    `SELECT id, ${value} AS value FROM ${view} WHERE id = ANY($1::bigint[])`,
    [expectations.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [Number(row.id), row.value]));
}
