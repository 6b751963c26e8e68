import { armInFirstShare } from './arm-in-first-share.ts';
import { expectRolledBackFromNew } from './expectations.ts';
import type { Scenario } from './scenario.ts';

export const latency: Scenario = {
  name: 'latency',
  about: '5 s into the 25 % step 30 % of the new reads begin to take 500 ms longer',
  disturb: (world) => armInFirstShare(world, 'latency'),
  complaints: expectRolledBackFromNew,
};
