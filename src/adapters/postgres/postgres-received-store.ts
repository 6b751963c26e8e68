import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { restoreStream, storedBody } from '../../core/received/stored-stream.ts';
import type { WindowCounts } from '../../core/received/window-counts.ts';
import {
  type KnownStream,
  type ReceivedBatch,
  ReceivedStore,
  type ReceivedWindows,
} from '../../engine/ports/received-store.ts';

/** Held shared by whoever adds to the present window, and alone by whoever closes one. */
const windowsLock = `hashtextextended('crossfade.received', 0)`;

interface StreamRow {
  readonly stream: string;
  readonly version: string;
  readonly keys: readonly string[];
  readonly body: string;
}

type ChangedStream = ReceivedBatch['streams'][number];

export class PostgresReceivedStore extends ReceivedStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override async load(streams: readonly string[]): Promise<ReadonlyMap<string, KnownStream>> {
    const byDigest = new Map(streams.map((stream) => [digest(stream), stream]));
    const rows: StreamRow[] = await this.#source.query(
      `SELECT stream, version, keys, body FROM crossfade_state.received_stream
       WHERE stream = ANY($1)`,
      [[...byDigest.keys()]],
    );
    return new Map(
      rows.map(({ stream, version, keys, body }) => [
        byDigest.get(stream) ?? '',
        { version: Number(version), state: restoreStream({ keys, body }) },
      ]),
    );
  }

  override async streamsOf(migrations: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows: { migration: string; streams: string }[] = await this.#source.query(
      `SELECT migration, count(*) AS streams FROM crossfade_state.received_stream
       WHERE migration = ANY($1) GROUP BY migration`,
      [migrations],
    );
    return new Map(rows.map(({ migration, streams }) => [migration, Number(streams)]));
  }

  override async keep(batch: ReceivedBatch): Promise<boolean> {
    const overtaken = new Overtaken();
    try {
      await this.#source.transaction(async (manager) => {
        // Before the clock is read: who closes a window waits for those who may still add to it.
        await manager.query(`SELECT pg_advisory_xact_lock_shared(${windowsLock})`);
        const known = batch.streams.filter(({ version }) => version > 0);
        const changed = (await insertFresh(manager, batch)) + (await updateKnown(manager, known));
        if (changed < batch.streams.length) throw overtaken;
        await insertWindows(manager, batch.counts);
      });
      return true;
    } catch (error) {
      if (error === overtaken) return false;
      throw error;
    }
  }

  override async windows(migration: string, from: number, at: number): Promise<ReceivedWindows> {
    return this.#source.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(${windowsLock})`);
      const rows: { counts: WindowCounts }[] = await manager.query(
        `SELECT counts FROM crossfade_state.received_window
         WHERE migration = $1 AND at > $2 AND at <= $3`,
        [migration, from, at],
      );
      const [newest]: { at: string | null }[] = await manager.query(
        `SELECT max(at) AS at FROM crossfade_state.received_window
         WHERE migration = $1 AND at <= $2`,
        [migration, at],
      );
      const newestAt = newest?.at == null ? null : Number(newest.at);
      return { windows: rows.map(({ counts }) => counts), newestAt };
    });
  }

  override async forget(keepMs: number): Promise<void> {
    await this.#source.query(
      `DELETE FROM crossfade_state.received_window
       WHERE at < (SELECT crossfade_state.now()) - $1::bigint`,
      [keepMs],
    );
    await this.#source.query(
      `DELETE FROM crossfade_state.received_stream
       WHERE heard_at < (SELECT crossfade_state.now()) - $1::bigint`,
      [keepMs],
    );
  }
}

/** Another replica came first: the transaction is undone. */
class Overtaken extends Error {}

async function insertFresh(manager: EntityManager, { streams }: ReceivedBatch): Promise<number> {
  const fresh = streams.filter(({ version }) => version === 0);
  if (fresh.length === 0) return 0;
  const inserted: unknown[] = await manager.query(
    `INSERT INTO crossfade_state.received_stream (stream, migration, version, keys, body, heard_at)
     SELECT stream, migration, 1, keys, body, crossfade_state.now()
     FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[])
       AS fresh (stream, migration, keys, body)
     ORDER BY stream ON CONFLICT DO NOTHING RETURNING stream`,
    [
      fresh.map(({ stream }) => digest(stream)),
      fresh.map(({ migration }) => migration),
      fresh.map(keysOf),
      fresh.map(bodyOf),
    ],
  );
  return inserted.length;
}

/** Rows are locked in one order, so that replicas do not wait for each other in a circle. */
async function updateKnown(
  manager: EntityManager,
  known: readonly ChangedStream[],
): Promise<number> {
  if (known.length === 0) return 0;
  const digests = known.map(({ stream }) => digest(stream));
  await manager.query(
    `SELECT FROM crossfade_state.received_stream WHERE stream = ANY($1)
     ORDER BY stream FOR NO KEY UPDATE`,
    [digests],
  );
  const [updated]: [unknown[]] = await manager.query(
    // Names that did not change are not written again.
    `UPDATE crossfade_state.received_stream AS kept
     SET version = kept.version + 1, body = changed.body, heard_at = crossfade_state.now(),
         keys = CASE WHEN changed.wider THEN changed.keys ELSE kept.keys END
     FROM unnest($1::text[], $2::bigint[], $3::boolean[], $4::jsonb[], $5::text[])
       AS changed (stream, version, wider, keys, body)
     WHERE kept.stream = changed.stream AND kept.version = changed.version
     RETURNING kept.stream`,
    [
      digests,
      known.map(({ version }) => version),
      known.map(({ isWider }) => isWider),
      known.map((stream) => (stream.isWider ? keysOf(stream) : '[]')),
      known.map(bodyOf),
    ],
  );
  return updated.length;
}

async function insertWindows(
  manager: EntityManager,
  counts: ReceivedBatch['counts'],
): Promise<void> {
  await manager.query(
    `INSERT INTO crossfade_state.received_window (migration, at, counts)
     SELECT migration, (crossfade_state.now() / 1000 + 1) * 1000, counts
     FROM unnest($1::text[], $2::jsonb[]) AS fresh (migration, counts)`,
    [[...counts.keys()], [...counts.values()].map((each) => JSON.stringify(each))],
  );
}

function keysOf({ state }: ChangedStream): string {
  return JSON.stringify([...state.keys()]);
}

function bodyOf({ state }: ChangedStream): string {
  return storedBody(state);
}

function digest(stream: string): string {
  return createHash('sha256').update(stream).digest('hex').slice(0, 40);
}
