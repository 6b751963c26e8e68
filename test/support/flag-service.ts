import type { AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { AuditLog } from '../../src/engine/ports/audit-log.ts';
import { FeatureStore } from '../../src/engine/ports/feature-store.ts';
import { FlagFeed } from '../../src/engine/ports/flag-feed.ts';
import { InstanceRegistry } from '../../src/engine/ports/instance-registry.ts';
import { ProjectDirectory } from '../../src/engine/ports/project-directory.ts';
import { TokenStore } from '../../src/engine/ports/token-store.ts';
import { TokenGuard } from '../../src/server/auth/token.guard.ts';
import { FeaturesModule } from '../../src/server/flags/features.module.ts';
import { UnleashClientModule } from '../../src/server/flags/unleash-client.module.ts';
import { OfrepModule } from '../../src/server/ofrep/ofrep.module.ts';
import { ProblemFilter } from '../../src/server/problem.filter.ts';
import { MemoryAuditLog } from './memory-audit-log.ts';
import { MemoryInstanceRegistry } from './memory-instance-registry.ts';
import { MemoryProjectDirectory } from './memory-project-directory.ts';
import { MemoryTokenStore } from './memory-token-store.ts';
import { Silence } from './silence.ts';

/** The part of Crossfade that serves flags to clients, listening over HTTP. */
export interface FlagService {
  /** Without `/api`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A token that every flag service of a test takes, of scope `sdk`. */
export const ANY_TOKEN = 'any-token';

export interface FlagServiceOptions {
  readonly port?: number;
  readonly tokens?: TokenStore;
  /** With a store for them, people's flags are managed as well. */
  readonly features?: FeatureStore;
  readonly registry?: InstanceRegistry;
}

export async function startFlagService(
  feed: FlagFeed,
  {
    port = 0,
    tokens = new MemoryTokenStore(ANY_TOKEN),
    features,
    registry = new MemoryInstanceRegistry(),
  }: FlagServiceOptions = {},
): Promise<FlagService> {
  class PortsModule {}
  const providers = [
    { provide: FlagFeed, useValue: feed },
    { provide: TokenStore, useValue: tokens },
    { provide: FeatureStore, useValue: features },
    { provide: InstanceRegistry, useValue: registry },
    { provide: ProjectDirectory, useValue: new MemoryProjectDirectory() },
    { provide: AuditLog, useValue: new MemoryAuditLog() },
  ];
  const exports = providers.map(({ provide }) => provide);
  Module({ providers, exports })(PortsModule);
  Global()(PortsModule);
  const management = features === undefined ? [] : [FeaturesModule];
  const tested = Test.createTestingModule({
    imports: [PortsModule, UnleashClientModule, OfrepModule, ...management],
    providers: [{ provide: APP_GUARD, useClass: TokenGuard }],
  });
  const app = (await tested.compile()).createNestApplication();
  app.useGlobalFilters(new ProblemFilter(new Silence()));
  await app.listen(port, '127.0.0.1');
  const address = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    stop: () => app.close(),
  };
}
