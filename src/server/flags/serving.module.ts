import { Module } from '@nestjs/common';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { built } from '../built.ts';
import { ServedFlags } from './served-flags.ts';

/** What every way of serving flags to clients needs. */
@Module({
  providers: [built(ServedFlags, FlagFeed), built(Doorkeeper, TokenStore)],
  exports: [ServedFlags, Doorkeeper],
})
export class ServingModule {}
