import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { MetricObservation } from '../../core/metrics/metric-reading.ts';
import { type MetricSlot, MetricStore } from '../../engine/ports/metric-store.ts';

/** Observations of one query that a tick takes in at the most; the rest waits for the next tick. */
const perTick = 50;

/** Answers of metrics systems. A row without an observation is a slot that somebody is asking for. */
export class PostgresMetricStore extends MetricStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  override async claim(slots: readonly MetricSlot[]): Promise<ReadonlySet<string>> {
    if (slots.length === 0) return new Set();
    const keys = new Map(slots.map(({ key }) => [digest(key), key]));
    const won: { query: string }[] = await this.#source.query(
      `INSERT INTO crossfade_state.metric (query, at)
       SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING RETURNING query`,
      [slots.map(({ key }) => digest(key)), slots.map(({ at }) => at)],
    );
    return new Set(won.flatMap(({ query }) => keys.get(query) ?? []));
  }

  override async put(observations: ReadonlyMap<string, MetricObservation>): Promise<void> {
    if (observations.size === 0) return;
    const all = [...observations.values()];
    await this.#source.query(
      `INSERT INTO crossfade_state.metric (query, at, observation)
       SELECT q, a, o::jsonb FROM unnest($1::text[], $2::bigint[], $3::text[]) AS seen (q, a, o)
       ON CONFLICT (query, at) DO UPDATE SET observation = excluded.observation`,
      [
        [...observations.keys()].map(digest),
        all.map(({ at }) => at),
        all.map((observation) => JSON.stringify(observation)),
      ],
    );
  }

  override async countedUntil(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (keys.length === 0) return new Map();
    const byDigest = new Map(keys.map((key) => [digest(key), key]));
    const rows: { query: string; at: string }[] = await this.#source.query(
      `SELECT w.query, m.at FROM unnest($1::text[]) AS w (query)
       CROSS JOIN LATERAL (
         SELECT at FROM crossfade_state.metric
         WHERE query = w.query AND observation #>> '{reading,kind}' = 'counts'
         ORDER BY at DESC LIMIT 1
       ) m`,
      [[...byDigest.keys()]],
    );
    return new Map(rows.map(({ query, at }) => [byDigest.get(query) ?? '', Number(at)]));
  }

  override async since(
    after: ReadonlyMap<string, number>,
  ): Promise<ReadonlyMap<string, readonly MetricObservation[]>> {
    const byDigest = new Map([...after.keys()].map((key) => [digest(key), key]));
    const rows: { query: string; observation: MetricObservation }[] = await this.#source.query(
      `SELECT w.query, m.observation FROM unnest($1::text[], $2::bigint[]) AS w (query, after)
       CROSS JOIN LATERAL (
         SELECT at, observation FROM crossfade_state.metric
         WHERE query = w.query AND at > w.after AND observation IS NOT NULL ORDER BY at LIMIT $3
       ) m ORDER BY m.at`,
      [[...byDigest.keys()], [...after.values()], perTick],
    );
    const found = new Map<string, MetricObservation[]>();
    for (const { query, observation } of rows) {
      const key = byDigest.get(query) ?? '';
      found.set(key, [...(found.get(key) ?? []), observation]);
    }
    return found;
  }

  override async forget(keepMs: number): Promise<void> {
    await this.#source.query(
      'DELETE FROM crossfade_state.metric WHERE at < crossfade_state.now() - $1::bigint',
      [keepMs],
    );
  }
}

/** Whole queries are too long for an index. */
function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}
