import type { DataSource } from 'typeorm';
import type { FlagUse } from '../../core/protocol/instance-list.ts';
import type { Acknowledgement } from '../../core/protocol/report.ts';
import {
  type FlagClient,
  type FlagUsage,
  InstanceRegistry,
  type RegisteredInstance,
  type SeenClient,
} from '../../engine/ports/instance-registry.ts';

const mostClients = 10_000;
const mostUsageRows = 200_000;
const hourMs = 3_600_000;

interface InstanceRow extends Pick<
  RegisteredInstance,
  'service' | 'instance' | 'version' | 'client'
> {
  readonly implements: readonly string[];
  readonly acknowledged: readonly Acknowledgement[];
  readonly max_stale_ms: string;
  readonly has_left: boolean;
  readonly seen_at: string;
}

interface ClientRow extends Pick<FlagClient, 'app' | 'instance' | 'environment' | 'sdk'> {
  readonly asked: Readonly<Record<string, number>>;
  readonly revision: string | null;
  readonly interval_ms: string | null;
  readonly heard_ms: string | null;
  readonly seen_at: string;
}

interface UseRow extends Pick<FlagUse, 'environment' | 'app'> {
  readonly hour: string;
  readonly answers: Readonly<Record<string, number>>;
}

export class PostgresInstanceRegistry extends InstanceRegistry {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async instances(): Promise<readonly RegisteredInstance[]> {
    const rows: InstanceRow[] = await this.#source.query(
      `SELECT service, instance, version, client, implements, acknowledged, max_stale_ms, seen_at,
         left_at IS NOT NULL AS has_left
       FROM crossfade_state.instance ORDER BY service, instance`,
    );
    return rows.map(({ max_stale_ms: maxStale, seen_at: seenAt, has_left: hasLeft, ...row }) => ({
      ...row,
      maxStaleMs: Number(maxStale),
      seenAt: Number(seenAt),
      hasLeft,
    }));
  }

  async clients(): Promise<readonly SeenClient[]> {
    const rows: ClientRow[] = await this.#source.query(
      'SELECT * FROM crossfade_state.flag_client ORDER BY app, instance, environment',
    );
    return rows.map(
      ({ revision, interval_ms: interval, heard_ms: heard, seen_at: seenAt, ...row }) => ({
        ...row,
        revision: revision === null ? null : Number(revision),
        intervalMs: interval === null ? null : Number(interval),
        heardMs: heard === null ? null : Number(heard),
        seenAt: Number(seenAt),
      }),
    );
  }

  async seen(clients: readonly FlagClient[]): Promise<void> {
    await this.#source.query(
      `INSERT INTO crossfade_state.flag_client AS c
         (app, instance, environment, sdk, revision, interval_ms, heard_ms, seen_at, asked)
       SELECT s.app, s.instance, s.environment, s.sdk, s.revision, s."intervalMs",
         (s.elsewhere ->> 'heardMs')::bigint,
         -- Another system's clock may go before ours; nobody is heard of in times to come.
         least(n.now, coalesce((s.elsewhere ->> 'seenAt')::bigint, n.now)),
         (SELECT coalesce(jsonb_object_agg(r.migration,
            coalesce((s.elsewhere ->> 'askedAt')::bigint, n.now)), '{}')
          FROM crossfade_state.flag r WHERE jsonb_exists(s.asked, r.migration))
       FROM (SELECT crossfade_state.now() AS now) n,
         jsonb_to_recordset($1::jsonb) AS s (app text, instance text, environment text,
         sdk text, revision bigint, "intervalMs" bigint, asked jsonb, elsewhere jsonb)
       WHERE (SELECT count(*) FROM crossfade_state.flag_client) < ${mostClients}
         OR EXISTS (SELECT FROM crossfade_state.flag_client k
           WHERE k.app = s.app AND k.instance = s.instance AND k.environment = s.environment)
       ORDER BY s.app, s.instance, s.environment
       ON CONFLICT (app, instance, environment) DO UPDATE
       SET sdk = coalesce(excluded.sdk, c.sdk), revision = coalesce(excluded.revision, c.revision),
           interval_ms = coalesce(excluded.interval_ms, c.interval_ms),
           heard_ms = excluded.heard_ms, seen_at = excluded.seen_at,
           asked = c.asked || excluded.asked`,
      [JSON.stringify(clients)],
    );
  }

  async used({ app, environment, counts }: FlagUsage): Promise<void> {
    await this.#source.query(
      `INSERT INTO crossfade_state.flag_usage AS u (flag, environment, app, hour, answer, times)
       SELECT s.flag, $2, $1, n.now - n.now % ${hourMs}, s.answer, sum(s.times)
       FROM jsonb_to_recordset($3::jsonb) AS s (flag text, answer text, times bigint),
         (SELECT crossfade_state.now() AS now) n
       WHERE (EXISTS (SELECT FROM crossfade_state.feature f WHERE f.name = s.flag)
           OR EXISTS (SELECT FROM crossfade_state.flag r WHERE r.migration = s.flag))
         AND (SELECT count(*) FROM crossfade_state.flag_usage) < ${mostUsageRows}
       GROUP BY s.flag, s.answer, n.now
       ORDER BY s.flag, s.answer
       ON CONFLICT (flag, environment, app, hour, answer) DO UPDATE
       SET times = u.times + excluded.times`,
      [app, environment, JSON.stringify(counts)],
    );
  }

  async usage(flag: string): Promise<readonly FlagUse[]> {
    const rows: UseRow[] = await this.#source.query(
      `SELECT environment, app, hour, jsonb_object_agg(answer, times) AS answers
       FROM crossfade_state.flag_usage WHERE flag = $1
       GROUP BY environment, app, hour ORDER BY hour DESC, environment, app`,
      [flag],
    );
    return rows.map(({ environment, app, hour, answers }) => {
      const { yes = 0, no = 0, ...others } = answers;
      const named = Object.entries(others).map(([answer, times]) => [
        answer.replace(/^variant /, ''),
        times,
      ]);
      return { environment, app, hour: Number(hour), yes, no, variants: Object.fromEntries(named) };
    });
  }

  async forget(keepMs: number): Promise<void> {
    await this.#source.query(
      `DELETE FROM crossfade_state.flag_client
       WHERE seen_at < (SELECT crossfade_state.now()) - $1::bigint`,
      [keepMs],
    );
    await this.#source.query(
      `DELETE FROM crossfade_state.flag_usage
       WHERE hour + ${hourMs} < (SELECT crossfade_state.now()) - $1::bigint`,
      [keepMs],
    );
  }
}
