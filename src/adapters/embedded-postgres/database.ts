import { Client } from 'pg';
import { CrossfadeError } from '../../core/errors.ts';
import { SUPERUSER } from './cluster.ts';
import type { Cluster } from './cluster.ts';

/** Connection string of the superuser of a cluster that listens on `port`. */
export function connectionUrl(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/**
 * Proves that the server on `port` serves this cluster, and creates the database when missing.
 * False when the server is about to go: it stops, or was killed a moment ago.
 */
export async function prepareDatabase(
  cluster: Cluster,
  port: number,
  database: string,
): Promise<boolean> {
  const client = new Client({ connectionString: connectionUrl(cluster, port, 'postgres') });
  // Without a listener a connection that breaks between two queries would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await requireOwnData(client, cluster);
    const known = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount === 0) await createDatabase(client, database);
    return true;
  } catch (fault) {
    if (isGoing(fault)) return false;
    throw fault;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Refused, reset, or told that the server stops (admin_, crash_shutdown, cannot_connect_now). */
const GOING = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03']);

function isGoing(fault: unknown): boolean {
  const { code, message } = fault as { code?: string; message?: string };
  return GOING.has(code ?? '') || message === 'Connection terminated unexpectedly';
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
