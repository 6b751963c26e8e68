import { Client } from 'pg';
import { createDatabase, serverUrl, type TestDatabase } from './database.ts';

/**
 * A database of a spec's own that holds what `fill` makes of an empty one. The first spec that asks fills
 * it, and later ones get a copy, which takes a tenth of a second where filling takes several.
 * @param name of the database that is copied; it stays on the server, so it names the version of what is in it
 * @param fill leaves no session behind
 */
export async function createCopy(
  name: string,
  fill: (database: TestDatabase) => Promise<void>,
): Promise<TestDatabase> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    // Specs run side by side: one fills it, and the others wait. The end of the session unlocks.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const known = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (known.rowCount === 0) {
      const filled = await createDatabase();
      await fill(filled);
      await client.query(`ALTER DATABASE ${filled.name} RENAME TO ${name}`);
    }
  } finally {
    await client.end();
  }
  return createDatabase(serverUrl(), name);
}
