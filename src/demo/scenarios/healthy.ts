import { expectCompleted, expectThat } from './expectations.ts';
import type { Scenario } from './scenario.ts';

export const healthy: Scenario = {
  name: 'healthy',
  about: 'nothing is wrong: the migration goes to 100 % and completes',
  disturb: () => Promise.resolve(),
  complaints: (result) => [
    ...expectCompleted(result),
    ...expectThat(result.requestsFailed === 0, `${result.requestsFailed} requests failed`),
  ],
};
