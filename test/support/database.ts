import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { SERVER_URL } from './embedded-server.ts';

/** A database of a spec's own on the PostgreSQL that the test run shares. */
export interface TestDatabase {
  readonly name: string;
  /** Connection string of a superuser. */
  readonly url: string;
  /** Runs a statement in it. */
  sql(statement: string): Promise<void>;
  /** Removes it, and ends the sessions that still use it. */
  drop(): Promise<void>;
}

/**
 * Creates a fresh, empty database; two specs never see each other's.
 * @param server connection string of another server's superuser
 * @param template what it is a copy of
 */
export async function createDatabase(
  server = serverUrl(),
  template = 'template0',
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`;
  return {
    name,
    url: url.href,
    sql: (statement) => onServer(url.href, statement),
    drop: () => onServer(server, drop),
  };
}

/** The PostgreSQL that the test run shares. */
export function serverUrl(): string {
  const url = process.env[SERVER_URL];
  if (url !== undefined) return url;
  throw new Error(
    `${SERVER_URL} is not set. Run the specs by npm run test:integration or test:e2e.`,
  );
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
