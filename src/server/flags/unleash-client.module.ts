import { Module, type OnModuleDestroy } from '@nestjs/common';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { FeatureStream } from './feature-stream.ts';
import { FrontendController } from './frontend.controller.ts';
import { ServedFlags } from './served-flags.ts';
import { UnleashClientController } from './unleash-client.controller.ts';

/** Unleash's client and frontend API over whatever `FlagFeed` the application has. */
@Module({
  controllers: [UnleashClientController, FrontendController],
  providers: [
    {
      provide: ServedFlags,
      useFactory: (feed: FlagFeed) => new ServedFlags(feed),
      inject: [FlagFeed],
    },
    {
      provide: FeatureStream,
      useFactory: (feed: FlagFeed, served: ServedFlags) => new FeatureStream(feed, served),
      inject: [FlagFeed, ServedFlags],
    },
  ],
})
export class UnleashClientModule implements OnModuleDestroy {
  private readonly streams: FeatureStream;

  constructor(streams: FeatureStream) {
    this.streams = streams;
  }

  /** Before the server stops listening: it waits for open streams. */
  onModuleDestroy(): void {
    this.streams.close();
  }
}
