import { Module, type OnModuleDestroy } from '@nestjs/common';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { FeatureStream } from './feature-stream.ts';
import { UnleashClientController } from './unleash-client.controller.ts';

/** Unleash's client API over whatever `RouteFeed` the application has. */
@Module({
  controllers: [UnleashClientController],
  providers: [
    {
      provide: FeatureStream,
      useFactory: (feed: RouteFeed) => new FeatureStream(feed),
      inject: [RouteFeed],
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
