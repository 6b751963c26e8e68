import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../adapters/embedded-postgres/embedded-postgres.ts';
import { seededRows, tenantCount } from '../tenants.ts';

/** The database of the users service: a PostgreSQL of its own, with its users in it. */
export interface TargetDatabase {
  /** For Crossfade, which owns the tables it changes. */
  readonly ownerUrl: string;
  /** For the users service: a role that reads and writes rows and may do nothing else. */
  readonly applicationUrl: string;
  /** Puts the users in. */
  fill(): Promise<void>;
  stop(): Promise<void>;
}

/** Where its data stands in the folder of a run. */
export const targetFolder = 'target';

const applicationRole = 'users_app';
const applicationPassword = 'only-in-the-demo';

/**
 * The table as an application of version 1.1 left it. That application already reads and writes
 * through the views of its version; one that uses tables directly would move to them first.
 */
const schema = `
  CREATE TABLE public.users (
    id bigint PRIMARY KEY,
    tenant_id text NOT NULL,
    name text NOT NULL,
    dob text
  );
  CREATE SCHEMA users_v1_1;
  CREATE VIEW users_v1_1.users WITH (security_invoker = true) AS
    SELECT id, tenant_id, name, dob FROM public.users;
  CREATE ROLE ${applicationRole} LOGIN PASSWORD '${applicationPassword}';
  GRANT USAGE ON SCHEMA public, users_v1_1 TO ${applicationRole};
  GRANT SELECT, INSERT, UPDATE ON public.users, users_v1_1.users TO ${applicationRole};
`;

/** Dates of birth from 1930 to 2009; every fiftieth is unknown. */
const rows = `
  INSERT INTO public.users
  SELECT id,
         'clinic-' || lpad(((id - 1) % ${tenantCount} + 1)::text, 3, '0'),
         'user ' || id,
         CASE WHEN id % 50 <> 0 THEN to_char(date '1930-01-01' + (id * 7919 % 29000)::int, 'YYYY-MM-DD') END
    FROM generate_series(1::bigint, ${seededRows}) AS id
`;

/** Starts it in a folder of its own, with an empty table. */
export async function startTargetDatabase(folder: string): Promise<TargetDatabase> {
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, targetFolder),
    database: 'users',
  });
  const run = (...statements: readonly string[]): Promise<void> => runAll(server.url, statements);
  const application = new URL(server.url);
  application.username = applicationRole;
  application.password = applicationPassword;
  try {
    await run(schema);
  } catch (failure) {
    await server.stop();
    throw failure;
  }
  return {
    ownerUrl: server.url,
    applicationUrl: application.href,
    fill: () => run(rows, 'VACUUM ANALYZE public.users'),
    stop: () => server.stop(),
  };
}

async function runAll(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
