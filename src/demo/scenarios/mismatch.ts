import { expectRolledBack, expectThat } from './expectations.ts';
import type { Scenario } from './scenario.ts';

export const mismatch: Scenario = {
  name: 'mismatch',
  about: 'the new read is a day off for some tenants: caught in shadow, before anybody is exposed',
  faultFromStart: 'mismatch',
  disturb: () => Promise.resolve(),
  complaints: (result) => [
    ...expectRolledBack(result),
    ...expectThat(
      result.exposurePeakPercent === 0,
      `the new side served ${result.exposurePeakPercent} % before it was found`,
    ),
  ],
};
