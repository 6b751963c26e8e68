import { SERVER_URL, startTestServer } from '../support/embedded-server.ts';

/** Runs what finds its PostgreSQL as the specs do, on one of its own. */
export async function withTestServer<T>(work: () => Promise<T>): Promise<T> {
  const server = await startTestServer();
  process.env[SERVER_URL] = server.postgres.url;
  try {
    return await work();
  } finally {
    await server.close();
  }
}
