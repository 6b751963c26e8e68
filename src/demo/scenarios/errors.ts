import { armInFirstShare } from './arm-in-first-share.ts';
import { expectRolledBackFromNew } from './expectations.ts';
import type { Scenario } from './scenario.ts';

export const errors: Scenario = {
  name: 'errors',
  about: '5 s into the 25 % step the new side begins to fail 10 % of its reads',
  disturb: (world) => armInFirstShare(world, 'errors'),
  complaints: expectRolledBackFromNew,
};
