import { Client } from 'pg';
import { CrossfadeError } from '../../core/errors.ts';
import { SUPERUSER } from './cluster.ts';
import type { Cluster } from './cluster.ts';

/** Connection string of the superuser of a cluster that listens on `port`. */
export function connectionUrl(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Proves that the server on `port` serves this cluster, and creates the database when missing. */
export async function ensureDatabase(
  cluster: Cluster,
  port: number,
  database: string,
): Promise<void> {
  const client = new Client({ connectionString: connectionUrl(cluster, port, 'postgres') });
  await client.connect();
  try {
    await requireOwnData(client, cluster);
    const known = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount === 0) await createDatabase(client, database);
  } finally {
    await client.end();
  }
}

async function requireOwnData(client: Client, { pgdata }: Cluster): Promise<void> {
  const answer = await client.query<{ data_directory: string }>('SHOW data_directory');
  const served = answer.rows[0]?.data_directory;
  if (served === pgdata) return;
  throw new CrossfadeError(
    'unavailable',
    `The PostgreSQL on 127.0.0.1:${client.port} serves ${served}, not ${pgdata}. Stop it, or name another port.`,
  );
}

async function createDatabase(client: Client, database: string): Promise<void> {
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } catch (fault) {
    // Two starts at once: the other one has created it (duplicate_database, unique_violation).
    const { code } = fault as { code?: string };
    if (code !== '42P04' && code !== '23505') throw fault;
  }
}
