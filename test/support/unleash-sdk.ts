import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import type { UnleashConfig } from 'unleash-client';
import type { UnleashFeature } from '../../src/core/flags/unleash-feature.ts';

/** The real unleash-client, connected to `url` (without `/api`), once it heard from the server. */
export async function connectUnleash(
  url: string,
  token: string,
  config: Partial<UnleashConfig> = {},
): Promise<Unleash> {
  const client = new Unleash({
    url: `${url}/api/`,
    appName: 'test',
    customHeaders: { authorization: token },
    disableMetrics: true,
    refreshInterval: 100,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    ...config,
  });
  // Without a listener an error of the client would end the process.
  client.on('error', () => undefined);
  await once(client, 'synchronized');
  return client;
}

/** The stage that the client gives a unit; `disabled` when it gives none. */
export function variantOf(client: Unleash, flag: string, unit: string, key = 'tenantId'): string {
  return client.getVariant(flag, { properties: { [key]: unit } }).name;
}

/** Waits until the client holds a definition of the flag that `accept` likes; null: none at all. */
export async function untilServed(
  client: Unleash,
  flag: string,
  accept: (feature: UnleashFeature | null) => boolean,
): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const seen = (client.getFeatureToggleDefinition(flag) ?? null) as UnleashFeature | null;
    if (accept(seen)) return;
    if (Date.now() > deadline) {
      throw new Error(`flag ${flag} did not arrive; last seen: ${JSON.stringify(seen)}`);
    }
    await sleep(20);
  }
}
