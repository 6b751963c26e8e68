import { SERVER_URL, startTestServer } from './embedded-server.ts';
import type { TestServer } from './embedded-server.ts';

declare global {
  // The only way for jest's global teardown to reach what its global setup made.
  var crossfadeTestServer: TestServer | undefined;
}

/** Runs once per jest project; the first one starts the server, unless one is named already. */
export default async function globalSetup(): Promise<void> {
  if (process.env[SERVER_URL] !== undefined) return;
  globalThis.crossfadeTestServer = await startTestServer();
  process.env[SERVER_URL] = globalThis.crossfadeTestServer.postgres.url;
}
