import type { Notice } from '../../src/core/notify/notice.ts';

/** What people are told when harm brings a rollout back. */
export const exampleNotice: Notice = {
  id: 'users-birthdate-1_1795000000000_5_rollback',
  urgency: 'page',
  policy: 'users-birthdate',
  project: 'identity',
  rollout: 'users-birthdate-1',
  attempt: 1,
  action: 'rollback',
  from: 'running',
  to: 'rolling_back',
  step: 'share 25%',
  share: 25,
  reason: 'errors: new 10.2% old 0.1% limit 0.16%',
  by: 'crossfade',
  waitsFor: 'everybody to be back: crossfade status users-birthdate says who is missing',
  at: 1_795_000_000_000,
  since: null,
};
