import { init, integrations } from '@launchdarkly/node-server-sdk';
import type { LDClient } from '@launchdarkly/node-server-sdk';
import { nameOf } from './flags.ts';

const stages = ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'];

/**
 * LaunchDarkly's client on its own source of test data. With `eventsUri` it also counts and sends what
 * happened, as it does unless it is told not to, and as ours does.
 */
export async function launchDarkly(
  flags: readonly object[],
  eventsUri?: string,
): Promise<LDClient> {
  const data = new integrations.TestData();
  for (const flag of flags) await data.usePreconfiguredFlag(flag);
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    ...(eventsUri === undefined ? { sendEvents: false } : { eventsUri }),
    diagnosticOptOut: true,
    logger: silent,
  });
  await client.waitForInitialization({ timeout: 10 });
  return client;
}

/** Half of the tenants in `live`, the others in `shadow`. */
export function halved(flags: number): readonly object[] {
  const rollout = {
    contextKind: 'tenant',
    variations: [
      { variation: stages.indexOf('shadow'), weight: 50_000 },
      { variation: stages.indexOf('live'), weight: 50_000 },
    ],
  };
  return Array.from({ length: flags }, (_, n) => flagOf(nameOf(n), { rollout }));
}

/** All tenants in one stage; the answers of one read in ten are compared. */
export function inStage(stage: 'shadow' | 'live', checkRatio: number): readonly object[] {
  return [flagOf(nameOf(0), { variation: stages.indexOf(stage) }, checkRatio)];
}

function flagOf(key: string, fallthrough: object, checkRatio = 1): object {
  return {
    key,
    version: 1,
    on: true,
    salt: key,
    variations: stages,
    offVariation: 0,
    fallthrough,
    migration: { checkRatio },
  };
}
