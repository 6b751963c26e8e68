import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UnleashExport } from '../../src/core/flags/catalog/unleash-export.ts';
import type { FeatureView } from '../../src/core/protocol/flag-view.ts';
import { StoredFlags } from '../support/stored-flags.ts';
import { features } from '../support/unleash-project.ts';
import { connectUnleash, untilServed } from '../support/unleash-sdk.ts';
import { startUnleashServer, type UnleashServer } from '../support/unleash-server.ts';

const environment = 'development';
const tenants = Array.from({ length: 500 }, (_, n) => `tenant-${n}`);
const gold = [{ contextName: 'plan', operator: 'IN', values: ['gold'] }];
const rollout = (percent: string, groupId: string) => ({
  name: 'flexibleRollout',
  parameters: { rollout: percent, stickiness: 'tenantId', groupId },
});

let unleash: UnleashServer;
let ours: StoredFlags;
let kim: string;

beforeAll(async () => {
  unleash = await startUnleashServer();
  ours = await StoredFlags.open();
  kim = await unleash.personalToken('kim');
  await unleash.admin(kim, 'POST', 'context', { name: 'tenantId', stickiness: true });
  await unleash.admin(kim, 'POST', 'context', { name: 'plan' });
  await unleash.admin(kim, 'POST', 'segments', { name: 'gold', constraints: gold });
}, 180_000);

afterAll(async () => {
  await ours?.close();
  await unleash?.stop();
});

/** Whom each flag is on for, as Unleash's own client sees it. */
async function audience(url: string, token: string, flag: string): Promise<readonly string[]> {
  const client = await connectUnleash(url, token);
  await untilServed(client, flag, (feature) => feature?.enabled === true);
  const isOn = (tenantId: string): boolean =>
    client.isEnabled(flag, { properties: { tenantId, plan: 'gold' } });
  const found = tenants.filter(isOn);
  client.destroy();
  return found;
}

async function exportOf(flags: readonly string[]): Promise<object> {
  const asked = { features: flags, environment };
  return (await unleash.admin(kim, 'POST', 'features-batch/export', asked)) as object;
}

async function stored(name: string): Promise<Partial<FeatureView>> {
  const { body } = await ours.call<FeatureView>('GET', `features/${name}`);
  const { revision: _r, changedBy: _b, changedAt: _a, ...feature } = body;
  return feature;
}

describe('flags of a real Unleash', () => {
  it('come over by its own export, and serve the same tenants', async () => {
    await unleash.admin(kim, 'POST', features, { name: 'checkout', type: 'release' });
    const place = `${features}/checkout/environments/${environment}`;
    const all = (await unleash.admin(kim, 'GET', 'segments')) as {
      segments: { id: number; name: string; constraints: unknown }[];
    };
    const segment = all.segments.find(({ name }) => name === 'gold')!;
    const strategy = { ...rollout('40', 'checkout'), segments: [segment.id] };
    await unleash.admin(kim, 'POST', `${place}/strategies`, strategy);
    await unleash.admin(kim, 'POST', `${place}/on`);

    const document = { ...(await exportOf(['checkout'])), segments: all.segments };
    const imported = await ours.call(
      'POST',
      `features/import?environment=${environment}`,
      document,
    );
    expect(imported).toMatchObject({ status: 200, body: { features: 1, warnings: [] } });
    const token = await ours.clientToken(environment);
    const there = await audience(unleash.url, unleash.clientToken, 'checkout');
    expect(await audience(ours.service.url, token, 'checkout')).toEqual(there);
    expect(there.length).toBeGreaterThan(100);
    expect(there.length).toBeLessThan(300);
  });
});

describe('flags of ours', () => {
  it('go to a real Unleash and come back as they were', async () => {
    const segments = await ours.call<{ segments: { id: number; name: string }[] }>(
      'GET',
      'segments',
    );
    const { id } = segments.body.segments.find(({ name }) => name === 'gold')!;
    const strategies = [
      { ...rollout('30', 'basket'), title: 'first', segments: [id] },
      { ...rollout('10', 'basket'), constraints: gold },
    ];
    const made = await ours.call('PUT', 'features/basket', {
      description: 'a basket',
      environments: { [environment]: { enabled: true, strategies } },
    });
    expect(made.status).toBe(200);
    const before = await stored('basket');
    const path = `features/export?environment=${environment}`;
    const { body: data } = await ours.call<UnleashExport>('GET', path);
    expect(data.features.map(({ name }) => name)).toEqual(['basket', 'checkout']);
    const only = {
      ...data,
      features: data.features.filter(({ name }) => name === 'basket'),
      featureStrategies: data.featureStrategies.filter((row) => row.featureName === 'basket'),
      featureEnvironments: data.featureEnvironments.filter((row) => row.featureName === 'basket'),
    };
    const request = { project: 'default', environment, data: only };
    await unleash.admin(kim, 'POST', 'features-batch/import', request);

    const token = await ours.clientToken(environment);
    const here = await audience(ours.service.url, token, 'basket');
    expect(await audience(unleash.url, unleash.clientToken, 'basket')).toEqual(here);

    const back = await exportOf(['basket']);
    await ours.call('DELETE', 'features/basket');
    const imported = await ours.call('POST', `features/import?environment=${environment}`, back);
    expect(imported).toMatchObject({ status: 200, body: { features: 1 } });
    const after = await stored('basket');
    expect(await audience(ours.service.url, token, 'basket')).toEqual(here);
    expect({ name: after.name, description: after.description }).toEqual({
      name: before.name,
      description: before.description,
    });
    expect(after.environments?.[environment]?.strategies).toMatchObject(strategies);
  });
});
