import type { AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { OtlpProtocol } from '../../src/adapters/otlp/otlp-protocol.ts';
import { PostgresProjectDirectory } from '../../src/adapters/postgres/postgres-project-directory.ts';
import { PostgresReceivedStore } from '../../src/adapters/postgres/postgres-received-store.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { EventLog } from '../../src/engine/ports/event-log.ts';
import { MetricsProtocol } from '../../src/engine/ports/metrics-protocol.ts';
import { ProjectDirectory } from '../../src/engine/ports/project-directory.ts';
import { TokenStore } from '../../src/engine/ports/token-store.ts';
import { ReceivedMetrics } from '../../src/engine/received-metrics.ts';
import { TokenGuard } from '../../src/server/auth/token.guard.ts';
import { OtlpController } from '../../src/server/otlp/otlp.controller.ts';
import { OtlpFilter } from '../../src/server/otlp/otlp.filter.ts';
import { ProblemFilter } from '../../src/server/problem.filter.ts';
import { Silence } from './silence.ts';

/** The part of Crossfade that takes metrics in, listening over HTTP. */
export interface OtlpIntake {
  /** Where metrics are posted to. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a replica on the state database; it lets in whom `tokens` knows. */
export async function startOtlpIntake(source: DataSource, tokens: TokenStore): Promise<OtlpIntake> {
  class PortsModule {}
  const rollouts = new PostgresRolloutStore(source);
  const received = new ReceivedMetrics(new PostgresReceivedStore(source), rollouts);
  const providers = [
    { provide: TokenStore, useValue: tokens },
    { provide: ProjectDirectory, useValue: new PostgresProjectDirectory(source) },
    { provide: EventLog, useValue: new Silence() },
    { provide: MetricsProtocol, useValue: new OtlpProtocol() },
    { provide: ReceivedMetrics, useValue: received },
  ];
  Module({ providers, exports: providers.map(({ provide }) => provide) })(PortsModule);
  Global()(PortsModule);
  const module = await Test.createTestingModule({
    imports: [PortsModule],
    controllers: [OtlpController],
    providers: [
      OtlpFilter,
      { provide: APP_GUARD, useClass: TokenGuard },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  }).compile();
  const app = module.createNestApplication({ bodyParser: false, forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/metrics`, stop: () => app.close() };
}
