import pg from 'pg';
import type { BulkSession } from '../../engine/ports/target-database.ts';
import { CopyIn } from './copy-in.ts';
import { CopyOut } from './copy-out.ts';
import { preparedOn, type Translated } from './prepared-on.ts';
import { readCatalog } from './read-catalog.ts';

/** A server that waits for us this long within a transaction has lost us. */
const idleMs = 60_000;

/**
 * Opens a connection of its own, for work that takes as long as it takes, and closes it afterwards.
 * An abort breaks the connection, whatever it is doing.
 */
export async function withBulkSession<T>(
  url: string,
  work: (session: BulkSession) => Promise<T>,
  { signal, name, translated }: BulkOptions,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    idle_in_transaction_session_timeout: idleMs,
  });
  // A connection that breaks fails the query at work; without a listener it ends the process.
  client.on('error', () => undefined);
  const stop = (): void => void client.end();
  await translated(() => client.connect());
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const session = sessionOf(client, translated);
    await unlimited(session, name ?? 'crossfade backup');
    if (name === undefined) await noticeOurDeath(client);
    return await work(session);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

interface BulkOptions {
  readonly signal: AbortSignal;
  readonly name: string | undefined;
  readonly translated: Translated;
}

/** Whatever the role or the address has as its limits, and as its name. */
async function unlimited(session: BulkSession, name: string): Promise<void> {
  await session.query(
    `SELECT set_config(s.name, s.value, false) FROM (VALUES ('application_name', $1),
       ('statement_timeout', '0'), ('lock_timeout', '0')) s(name, value)`,
    [name],
  );
}

/** Lets the server look whether we are still there while a statement runs; not every system can. */
async function noticeOurDeath(client: pg.Client): Promise<void> {
  await client.query(`SET client_connection_check_interval = '5s'`).catch(() => undefined);
}

function sessionOf(client: pg.Client, translated: Translated): BulkSession {
  const session: BulkSession = {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      translated(async () => (await client.query<Row>(sql, [...values])).rows),
    catalog: (migration) => readCatalog(session, preparedOn(client, translated), migration),
    copyOut: (sql) => translatedChunks(client.query(new CopyOut(sql)), translated),
    copyIn: (sql, chunks) => translated(() => client.query(new CopyIn(sql, chunks)).done),
  };
  return session;
}

async function* translatedChunks(copy: CopyOut, translated: Translated): AsyncIterable<Uint8Array> {
  const chunks = copy[Symbol.asyncIterator]();
  for (;;) {
    const next = await translated(() => chunks.next());
    if (next.done === true) return;
    yield next.value;
  }
}
