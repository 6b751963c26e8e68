import { crash } from './crash.ts';
import { errors } from './errors.ts';
import { healthy } from './healthy.ts';
import { latency } from './latency.ts';
import { mismatch } from './mismatch.ts';
import { outage } from './outage.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, in the order in which they are listed to people. */
export const scenarios: readonly Scenario[] = [healthy, errors, latency, mismatch, crash, outage];

/** What `npm run demo` shows when nothing is named. */
export const shownByDefault: readonly Scenario[] = [healthy, errors];
