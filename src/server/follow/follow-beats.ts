import type { FolderFollower } from '../../engine/folder-follower.ts';
import type { Config } from '../config.ts';
import type { Heart } from '../engine/heart.ts';

/** Looks at the folder that is followed, where there is one. */
export class FollowBeats {
  constructor(heart: Heart, { follow }: Pick<Config, 'follow'>, follower: FolderFollower | null) {
    if (follow === undefined || follower === null) return;
    heart.every('follow', follow.everyMs, () => follower.look());
  }
}
