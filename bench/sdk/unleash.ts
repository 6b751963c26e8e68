import { once } from 'node:events';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import { nameOf } from './flags.ts';

/** Unleash's client on flags that it was given: half of the tenants, by the same hash as ours. */
export async function unleash(flags: number): Promise<Unleash> {
  const data = Array.from({ length: flags }, (_, n) => ({
    name: nameOf(n),
    type: 'operational',
    project: 'default',
    enabled: true,
    stale: false,
    impressionData: false,
    variants: [],
    strategies: [
      {
        name: 'flexibleRollout',
        parameters: { rollout: '50', stickiness: 'tenantId', groupId: nameOf(n) },
        constraints: [],
        segments: [],
      },
    ],
  }));
  const client = new Unleash({
    url: 'http://127.0.0.1:9/api/',
    appName: 'bench',
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    bootstrap: { data },
    storageProvider: new InMemStorageProvider(),
  });
  // Nobody answers there: it decides from what it was given.
  client.on('error', () => undefined);
  client.on('warn', () => undefined);
  const ready = once(client, 'ready');
  void client.start();
  await ready;
  return client;
}
