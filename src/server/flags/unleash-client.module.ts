import {
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { built } from '../built.ts';
import { FeaturePolling } from './feature-polling.ts';
import { FeatureStream } from './feature-stream.ts';
import { FrontendController } from './frontend.controller.ts';
import { ServedFlags } from './served-flags.ts';
import { UnleashClientController } from './unleash-client.controller.ts';

/** Unleash's client and frontend API over whatever `FlagFeed` the application has. */
@Module({
  controllers: [UnleashClientController, FrontendController],
  providers: [
    built(ServedFlags, FlagFeed),
    built(Doorkeeper, TokenStore),
    built(FeaturePolling, Doorkeeper, ServedFlags),
    {
      provide: FeatureStream,
      useFactory: (feed: FlagFeed, served: ServedFlags) => new FeatureStream(feed, served),
      inject: [FlagFeed, ServedFlags],
    },
  ],
})
export class UnleashClientModule implements NestModule, OnModuleDestroy {
  private readonly streams: FeatureStream;
  private readonly polling: FeaturePolling;

  constructor(streams: FeatureStream, polling: FeaturePolling) {
    this.streams = streams;
    this.polling = polling;
  }

  configure(consumer: MiddlewareConsumer): void {
    const answer = (request: Request, response: Response, next: NextFunction): Promise<void> =>
      this.polling.answer(request, response, next);
    consumer.apply(answer).forRoutes('api/client/features');
  }

  /** Before the server stops listening: it waits for open streams. */
  onModuleDestroy(): void {
    this.streams.close();
  }
}
