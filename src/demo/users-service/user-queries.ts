import type pg from 'pg';
import type { Found, User } from './user.ts';

/** The queries of one version of the schema. Each version has views of its own to read and write. */
export interface UserQueries {
  find(tenantId: string, id: number): Promise<Found>;
  insert(user: User): Promise<Found>;
  updateDob(tenantId: string, id: number, dob: string | null): Promise<Found>;
}

interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly dob: string | null;
}

/** Version 1.1: the date of birth is a text in `dob`. */
export function oldQueries(pool: pg.Pool): UserQueries {
  return queries(pool, 'users_v1_1.users', 'dob', 'dob', '');
}

/** Version 1.2: the date of birth is a date in `birthdate`. */
export function newQueries(pool: pg.Pool): UserQueries {
  const asText = "to_char(birthdate, 'YYYY-MM-DD')";
  return queries(pool, 'users_v1_2.users', 'birthdate', asText, '::date');
}

function queries(
  pool: pg.Pool,
  view: string,
  column: string,
  asText: string,
  cast: string,
): UserQueries {
  const result = `id, tenant_id, name, ${asText} AS dob`;
  return {
    find: (tenantId, id) =>
      one(pool, `SELECT ${result} FROM ${view} WHERE id = $1 AND tenant_id = $2`, [id, tenantId]),
    insert: ({ id, tenantId, name, dob }) =>
      one(
        pool,
        `INSERT INTO ${view} (id, tenant_id, name, ${column}) VALUES ($1, $2, $3, $4${cast})
         RETURNING ${result}`,
        [id, tenantId, name, dob],
      ),
    updateDob: (tenantId, id, dob) =>
      one(
        pool,
        `UPDATE ${view} SET ${column} = $3${cast} WHERE id = $1 AND tenant_id = $2
         RETURNING ${result}`,
        [id, tenantId, dob],
      ),
  };
}

async function one(pool: pg.Pool, statement: string, values: readonly unknown[]): Promise<Found> {
  const { rows } = await pool.query<Row>(statement, [...values]);
  const row = rows[0];
  if (row === undefined) return { user: null };
  const { id, tenant_id: tenantId, name, dob } = row;
  return { user: { id: Number(id), tenantId, name, dob } };
}
