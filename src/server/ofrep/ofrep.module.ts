import { type MiddlewareConsumer, Module } from '@nestjs/common';
import type { NestModule, OnModuleDestroy } from '@nestjs/common';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { allowBrowsers } from '../allow-browsers.ts';
import { ServedFlags } from '../flags/served-flags.ts';
import { ServingModule } from '../flags/serving.module.ts';
import { OfrepController } from './ofrep.controller.ts';
import { OfrepService } from './ofrep.service.ts';
import { OfrepStream } from './ofrep-stream.ts';

/** OpenFeature's remote evaluation protocol over whatever `FlagFeed` the application has. */
@Module({
  imports: [ServingModule],
  controllers: [OfrepController],
  providers: [
    OfrepService,
    {
      provide: OfrepStream,
      useFactory: (feed: FlagFeed, served: ServedFlags) => new OfrepStream(feed, served),
      inject: [FlagFeed, ServedFlags],
    },
  ],
})
export class OfrepModule implements NestModule, OnModuleDestroy {
  private readonly streams: OfrepStream;

  constructor(streams: OfrepStream) {
    this.streams = streams;
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(allowBrowsers).forRoutes('ofrep{/*rest}');
  }

  /** Before the server stops listening: it waits for open streams. */
  onModuleDestroy(): void {
    this.streams.close();
  }
}
