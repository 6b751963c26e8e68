import { Client } from 'pg';

/** A database as it is while it is away: it lets nobody in, and ends who was in; or lets everybody in again. */
export async function letInto(databaseUrl: string, allowed: boolean): Promise<void> {
  const url = new URL(databaseUrl);
  const database = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS ${allowed}`);
  if (!allowed) {
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      database,
    ]);
  }
  await admin.end();
}
