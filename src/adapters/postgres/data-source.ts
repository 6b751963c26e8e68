import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { CreateState1795219200000 } from '../../../migrations/1795219200000-create-state.ts';
import { LateComers1795305600000 } from '../../../migrations/1795305600000-late-comers.ts';
import { CreateMetric1795392000000 } from '../../../migrations/1795392000000-create-metric.ts';
import { CreateTick1795478400000 } from '../../../migrations/1795478400000-create-tick.ts';
import { TickSeen1795564800000 } from '../../../migrations/1795564800000-tick-seen.ts';
import { CreateFeature1795654800000 } from '../../../migrations/1795654800000-create-feature.ts';
import { LowerMirror1795741200000 } from '../../../migrations/1795741200000-lower-mirror.ts';
import { CreateFlagClient1795827600000 } from '../../../migrations/1795827600000-create-flag-client.ts';
import { InstanceClient1795914060000 } from '../../../migrations/1795914060000-instance-client.ts';
import { ClientAsked1796000460000 } from '../../../migrations/1796000460000-client-asked.ts';
import { ClientHeard1796086860000 } from '../../../migrations/1796086860000-client-heard.ts';
import { CreateAlert1796173260000 } from '../../../migrations/1796173260000-create-alert.ts';
import { ApiToken1796259660000 } from '../../../migrations/1796259660000-api-token.ts';
import { CommandDetail1796259720000 } from '../../../migrations/1796259720000-command-detail.ts';
import { CreateReceived1796346060000 } from '../../../migrations/1796346060000-create-received.ts';
import { AuditChain1796346120000 } from '../../../migrations/1796346120000-audit-chain.ts';
import { DecisionAlert1796432460000 } from '../../../migrations/1796432460000-decision-alert.ts';
import { RolloutFigures1796433080000 } from '../../../migrations/1796433080000-rollout-figures.ts';
import { AnnounceChanges1796450000000 } from '../../../migrations/1796450000000-announce-changes.ts';
import { EffectTraceparent1796463080000 } from '../../../migrations/1796463080000-effect-traceparent.ts';
import { RolloutWish1796560000000 } from '../../../migrations/1796560000000-rollout-wish.ts';
import { DocumentRevision1796450060000 } from '../../../migrations/1796450060000-document-revision.ts';
import { CreatePermit1796500000000 } from '../../../migrations/1796500000000-create-permit.ts';
import { DocumentSet1796536800000 } from '../../../migrations/1796536800000-document-set.ts';
import { EventTime1796550000000 } from '../../../migrations/1796550000000-event-time.ts';
import { TokenPerson1796570000000 } from '../../../migrations/1796570000000-token-person.ts';
import { AuditEntity } from './audit.entity.ts';
import { DocumentEntity } from './document.entity.ts';

/** The schema of Crossfade's own state; a target's objects live in a schema of another name. */
export const stateSchema = 'crossfade_state';

/** Serialises the migrations of servers that start at the same time. Any constant will do. */
const migrationLock = 7_265_837;

const poolSize = 12;

/** Connects to the state database and brings its schema up to date. */
export async function openStateDatabase(url: string): Promise<DataSource> {
  const guard = new Client({ connectionString: url });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await guard.query(`CREATE SCHEMA IF NOT EXISTS ${stateSchema}`);
    const source = stateDataSource(url);
    await source.initialize();
    await source.runMigrations({ transaction: 'each' });
    return source;
  } finally {
    await guard.end();
  }
}

/** The data source itself, not yet connected; also what TypeORM's command line loads. */
export function stateDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    schema: stateSchema,
    entities: [DocumentEntity, AuditEntity],
    migrations: [
      CreateState1795219200000,
      LateComers1795305600000,
      CreateMetric1795392000000,
      CreateTick1795478400000,
      TickSeen1795564800000,
      CreateFeature1795654800000,
      LowerMirror1795741200000,
      CreateFlagClient1795827600000,
      InstanceClient1795914060000,
      ClientAsked1796000460000,
      ClientHeard1796086860000,
      CreateAlert1796173260000,
      ApiToken1796259660000,
      CommandDetail1796259720000,
      CreateReceived1796346060000,
      AuditChain1796346120000,
      DecisionAlert1796432460000,
      RolloutFigures1796433080000,
      AnnounceChanges1796450000000,
      DocumentRevision1796450060000,
      EffectTraceparent1796463080000,
      CreatePermit1796500000000,
      DocumentSet1796536800000,
      EventTime1796550000000,
      RolloutWish1796560000000,
      TokenPerson1796570000000,
    ],
    migrationsTableName: 'schema_history',
    poolSize,
    applicationName: 'crossfade',
    extra: { idleTimeoutMillis: 30_000, statement_timeout: 30_000 },
    logging: false,
  });
}
