import type { AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventLog } from '../../src/engine/ports/event-log.ts';
import { RouteFeed } from '../../src/engine/ports/route-feed.ts';
import { UnleashClientModule } from '../../src/server/flags/unleash-client.module.ts';
import { ProblemFilter } from '../../src/server/problem.filter.ts';

/** The part of Crossfade that speaks Unleash's client API, listening over HTTP. */
export interface FlagService {
  /** Without `/api`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

class SilentLog extends EventLog {
  override write(): void {}
}

export async function startFlagService(feed: RouteFeed, port = 0): Promise<FlagService> {
  class FeedModule {}
  Module({ providers: [{ provide: RouteFeed, useValue: feed }], exports: [RouteFeed] })(FeedModule);
  Global()(FeedModule);
  const tested = Test.createTestingModule({ imports: [FeedModule, UnleashClientModule] });
  const app = (await tested.compile()).createNestApplication();
  app.useGlobalFilters(new ProblemFilter(new SilentLog()));
  await app.listen(port, '127.0.0.1');
  const address = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    stop: () => app.close(),
  };
}
