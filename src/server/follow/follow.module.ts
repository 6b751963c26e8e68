import { Module } from '@nestjs/common';
import { hostname } from 'node:os';
import { MountedFolder } from '../../adapters/document-folder/mounted-folder.ts';
import { FolderFollower } from '../../engine/folder-follower.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { DocumentSets } from '../../engine/ports/document-sets.ts';
import { FollowStore } from '../../engine/ports/follow-store.ts';
import { built } from '../built.ts';
import { Config } from '../config.ts';
import { DocumentSetsService } from '../documents/document-sets.service.ts';
import { DocumentsModule } from '../documents/documents.module.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { Heart } from '../engine/heart.ts';
import { FollowBeats } from './follow-beats.ts';
import { followedSet } from './followed-set.ts';

/** Milliseconds; see FollowRule. */
const settleMs = 2_000;
const retryMs = 60_000;
const leasedLooks = 3;
const leaseAtLeastMs = 30_000;

const follower = Symbol('Follower');

/** Follows a folder of documents, where the server was told of one. */
@Module({
  imports: [DocumentsModule, EngineModule],
  providers: [
    {
      provide: follower,
      useFactory: (
        { follow }: Config,
        sets: DocumentSets,
        service: DocumentSetsService,
        following: FollowStore,
        clock: Clock,
      ): FolderFollower | null => {
        if (follow === undefined) return null;
        const folder = new MountedFolder(follow.folder);
        const apply = followedSet(service, follow);
        const leaseMs = Math.max(leaseAtLeastMs, leasedLooks * follow.everyMs);
        return new FolderFollower(
          { folder, following, sets, clock, apply },
          { ...follow, settleMs, retryMs, leaseMs },
          `${hostname()}-${process.pid}`,
        );
      },
      inject: [Config, DocumentSets, DocumentSetsService, FollowStore, Clock],
    },
    built(FollowBeats, Heart, Config, follower),
  ],
})
export class FollowModule {}
