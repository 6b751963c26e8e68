import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts';

/** Where the specs find the server: set it yourself to test against a PostgreSQL of your own. */
export const SERVER_URL = 'CROSSFADE_TEST_DATABASE_URL';

/** A server of a test run with its folder. It keeps nothing safe and is fast for it. */
export interface TestServer {
  readonly postgres: EmbeddedPostgres;
  close(): Promise<void>;
}

const PREFIX = 'crossfade-test-';

/**
 * Nobody comes by unasked: an ANALYZE in the midst of a spec holds a lock that DDL gives up before, and changes what
 * the planner knows. Specs that want one say so. Never altogether off: then an index that is built tells the planner
 * nothing of its table any more.
 */
export const QUIET = {
  autovacuum_vacuum_threshold: '2147483647',
  autovacuum_vacuum_insert_threshold: '-1',
  autovacuum_analyze_threshold: '2147483647',
} as const;

/** Starts the one server that all specs of a run share, and clears away what killed runs left. */
export async function startTestServer(): Promise<TestServer> {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      shared_buffers: '64MB',
      ...QUIET,
    },
  });
  return { postgres, close: () => close(postgres, dataDir) };
}

async function close(postgres: EmbeddedPostgres, dataDir: string): Promise<void> {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** A run that ended by kill -9 leaves its server behind; adopting it is the way to stop it. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const dataDir = join(tmpdir(), name);
    // Another account's folder is closed to us, and its own next run clears it.
    await startEmbeddedPostgres({ dataDir })
      .then((postgres) => close(postgres, dataDir))
      .catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as { code?: string }).code === 'EPERM';
  }
}
