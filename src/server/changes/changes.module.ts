import { Module } from '@nestjs/common';
import { ChangeFeed } from '../../engine/ports/change-feed.ts';
import { ChangeStreams } from './change-streams.ts';
import { ChangesController } from './changes.controller.ts';

@Module({
  controllers: [ChangesController],
  providers: [
    {
      provide: ChangeStreams,
      useFactory: (feed: ChangeFeed) => new ChangeStreams(feed),
      inject: [ChangeFeed],
    },
  ],
})
export class ChangesModule {}
