import './global-setup.ts';

/** Runs once per jest project; the first one stops the server, when all specs have ended. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.crossfadeTestServer?.close();
  globalThis.crossfadeTestServer = undefined;
}
