import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/adapters/embedded-postgres/embedded-postgres.ts';

/** Hands out the address of a PostgreSQL of its own, with the settings that it comes with. */
export async function withServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-bench-'));
  // As root the server runs under an account of its own, which must be able to enter.
  await chmod(folder, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A connection for as long as `work` takes. */
export async function connected<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  // Under a name of ours: else work on rows begins gently, for the sake of whoever has just left.
  const client = new pg.Client({ connectionString: url, application_name: 'crossfade-bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A database that is the same file by file each time: a copy of `template`, or an empty one. Nothing
 * of the copying is left to be done when `work` begins.
 */
export async function withDatabase<T>(
  server: string,
  template: string | null,
  work: (url: string, name: string) => Promise<T>,
): Promise<T> {
  const name = `bench_${process.pid}_${(databases += 1)}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await connected(server, async (admin) => {
    const from = template === null ? '' : ` TEMPLATE ${template} STRATEGY file_copy`;
    await admin.query(`CREATE DATABASE ${name}${from}`);
    await admin.query('CHECKPOINT');
  });
  try {
    return await work(url.href, name);
  } finally {
    await connected(server, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
}

let databases = 0;
