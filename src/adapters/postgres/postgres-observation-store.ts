import type { DataSource } from 'typeorm';
import { type Standing, standingOf } from '../../core/conflict/obstacle.ts';
import { noticeTitle } from '../../core/notify/notice-words.ts';
import type { Notice } from '../../core/notify/notice.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Undelivered } from '../../core/protocol/rollout-view.ts';
import type { Acknowledgement } from '../../core/protocol/report.ts';
import type { Command, CommandDetail, ObservedInstance } from '../../core/rollout/observations.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import {
  type Gathered,
  ObservationStore,
  type TargetObservation,
  type UnjudgedEvidence,
} from '../../engine/ports/observation-store.ts';
import { observedFlag, type FlagRow } from './flag-row.ts';
import { plainClients } from './plain-clients.ts';
import { PostgresAlertInbox } from './postgres-alert-inbox.ts';
import { PostgresMetricStore } from './postgres-metric-store.ts';

/** More batches than this are judged in the next tick; a tick stays short after an outage. */
const evidencePerTick = 500;

interface InstanceRow {
  readonly service: string;
  readonly instance: string;
  readonly implements: boolean;
  readonly acknowledged: readonly Acknowledgement[];
  readonly max_stale_ms: string;
  readonly seen_at: string;
}

interface CommandRow extends Omit<Command, 'at' | 'flagRevision' | keyof CommandDetail> {
  readonly detail: CommandDetail;
  readonly at: string;
  readonly flagRevision: string;
}

interface AheadRow {
  readonly rollout: Rollout;
  readonly policy: Policy;
  readonly now: string;
}

interface UndeliveredRow extends Omit<Undelivered, 'title'> {
  readonly notice: Notice;
}

export class PostgresObservationStore extends ObservationStore {
  override readonly alerts: PostgresAlertInbox;
  override readonly metrics: PostgresMetricStore;
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
    this.alerts = new PostgresAlertInbox(source);
    this.metrics = new PostgresMetricStore(source);
  }

  async gather(rollout: Rollout, flag: string): Promise<Gathered> {
    const [flags, instances, clients, target, commands, evidence, judge, ahead] = await Promise.all(
      [
        this.#query<FlagRow>('SELECT * FROM crossfade_state.flag WHERE name = $1', [flag]),
        this.#query<InstanceRow>(selectInstances, [rollout.policy]),
        plainClients(this.#source, rollout.policy, flag),
        this.target(rollout.id),
        this.#query<CommandRow>(selectCommands, [rollout.id]),
        this.#query<UnjudgedEvidence & { receivedAt: string }>(selectEvidence, [
          rollout.policy,
          evidencePerTick,
        ]),
        this.#query<{ state: unknown }>(
          'SELECT state FROM crossfade_state.judge WHERE rollout_id = $1',
          [rollout.id],
        ),
        this.#ahead(rollout),
      ],
    );
    const row = flags[0];
    return {
      flag: row === undefined ? null : observedFlag(row),
      instances: [
        ...instances.map((instance) => observedInstance(instance, rollout.policy)),
        ...clients,
      ],
      target,
      commands: commands.map(({ at, flagRevision, detail, ...command }) => ({
        ...command,
        ...detail,
        at: Number(at),
        flagRevision: Number(flagRevision),
      })),
      evidence: evidence.map((batch) => ({ ...batch, receivedAt: Number(batch.receivedAt) })),
      judge: judge[0]?.state ?? null,
      ...(ahead === null ? {} : { ahead }),
    };
  }

  /** Where those are that it waits for; null when it waits for nobody. */
  async #ahead({ phase, queued }: Rollout): Promise<readonly Standing[] | null> {
    if (phase !== 'pending' || queued === undefined) return null;
    const ids = queued.behind.map(({ rollout }) => rollout);
    const rows = await this.#query<AheadRow>(selectAhead, [ids]);
    return rows.map(({ now, ...pair }) => standingOf(pair, Number(now)));
  }

  async undelivered(rollout: string): Promise<readonly Undelivered[]> {
    const rows = await this.#query<UndeliveredRow>(selectUndelivered, [rollout]);
    return rows.map(({ notice, ...rest }) => ({ ...rest, title: noticeTitle(notice) }));
  }

  async putTarget(rollout: string, observation: TargetObservation): Promise<void> {
    await this.#source.query(
      `INSERT INTO crossfade_state.observation (rollout_id, target) VALUES ($1, $2)
       ON CONFLICT (rollout_id) DO UPDATE SET target = excluded.target`,
      [rollout, observation],
    );
  }

  async target(rollout: string): Promise<TargetObservation | null> {
    const rows = await this.#query<{ target: TargetObservation }>(
      'SELECT target FROM crossfade_state.observation WHERE rollout_id = $1',
      [rollout],
    );
    return rows[0]?.target ?? null;
  }

  #query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.#source.query(sql, [...parameters]);
  }
}

function observedInstance(row: InstanceRow, migration: string): ObservedInstance {
  const acknowledged = row.acknowledged.find((entry) => entry.migration === migration);
  return {
    service: row.service,
    instance: row.instance,
    implements: row.implements,
    revision: acknowledged?.revision ?? 0,
    safeSide: acknowledged?.safeSide ?? 'old',
    draining: acknowledged?.draining ?? 0,
    ...(acknowledged?.drainMs === undefined ? {} : { drainMs: acknowledged.drainMs }),
    lastSeenAt: Number(row.seen_at),
    maxStaleMs: Number(row.max_stale_ms),
  };
}

const selectInstances = `SELECT i.service, i.instance, $1 = ANY(i.implements) AS implements,
    i.acknowledged, i.max_stale_ms, i.seen_at
  FROM crossfade_state.instance i
  WHERE i.left_at IS NULL AND i.service IN (
    SELECT service FROM crossfade_state.instance WHERE $1 = ANY(implements) AND left_at IS NULL
  )
  ORDER BY i.service, i.instance`;

const selectCommands = `SELECT id, verb, requested_by AS by, reason, at, detail,
    coalesce(flag_revision, 0) AS "flagRevision"
  FROM crossfade_state.command WHERE rollout_id = $1 AND answered_at IS NULL ORDER BY at LIMIT 100`;

const selectEvidence = `SELECT id::text, received_at AS "receivedAt", body AS evidence
  FROM crossfade_state.evidence WHERE migration = $1 AND NOT judged ORDER BY id LIMIT $2`;

const selectAhead = `SELECT r.state AS rollout, p.body AS policy, crossfade_state.now() AS now
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
  WHERE r.id = ANY ($1) ORDER BY r.id`;

const selectUndelivered = `SELECT body->>'recipient' AS recipient, body->'notice' AS notice, attempts,
    last_error AS error, state = 'abandoned' AS "isGivenUp"
  FROM crossfade_state.effect
  WHERE rollout_id = $1 AND key LIKE 'notify/%' AND state <> 'done' AND last_error IS NOT NULL
  ORDER BY (body->'notice'->>'at')::bigint DESC LIMIT 5`;
