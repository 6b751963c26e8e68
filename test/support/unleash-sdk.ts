import { once, type EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import type { Context, UnleashConfig } from 'unleash-client';
import type { VariantAnswer } from '../../src/core/flags/evaluation/evaluate-features.ts';
import type { FeatureDefinition } from '../../src/core/flags/feature.ts';
import type { UnleashFeature } from '../../src/core/flags/unleash-feature.ts';
import type { Evaluating } from './client-specification.ts';

/** Less than a spec has, so that it can say what was seen last. */
const patienceMs = 50_000;

/**
 * Destroying a client takes its listeners away while a poll may still be under way; when that fails,
 * for example since its server ends too, nobody would hear the error and the process would end.
 */
class EndingUnleash extends Unleash {
  override destroy(): void {
    super.destroy();
    const { repository } = this as unknown as { readonly repository: EventEmitter };
    repository.on('error', () => undefined);
  }
}

/** The real unleash-client, connected to `url` (without `/api`), once it heard from the server. */
export async function connectUnleash(
  url: string,
  token: string,
  config: Partial<UnleashConfig> = {},
): Promise<Unleash> {
  const client = new EndingUnleash({
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

/** Lets a client's requests wait, as if its way to the server were blocked: a client is to ask by `headers`. */
export class HeldPolls {
  readonly #token: string;
  #gate = Promise.resolve();
  #open: () => void = () => undefined;

  constructor(token: string) {
    this.#token = token;
  }

  readonly headers = async (): Promise<Record<string, string>> => {
    await this.#gate;
    return { authorization: this.#token };
  };

  hold(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  goOn(): void {
    this.#open();
  }
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
  await until(
    () => accept((client.getFeatureToggleDefinition(flag) ?? null) as UnleashFeature | null),
    () => JSON.stringify(client.getFeatureToggleDefinition(flag)),
  );
}

/** The client as the specification asks it: times as text, and properties that may be null. */
export function evaluatingBy(client: Unleash): Evaluating {
  return {
    isEnabled: (flag, context) => client.isEnabled(flag, context as unknown as Context),
    getVariant: (flag, context) =>
      client.getVariant(flag, context as unknown as Context) as VariantAnswer,
  };
}

/** Waits until the client holds exactly these definitions, as far as they say something. */
export async function untilHeld(
  client: Unleash,
  features: readonly FeatureDefinition[],
): Promise<void> {
  const wanted = new Map(
    features.map((feature) => {
      // One specification has segments beside the strategies, which mean nothing to any client.
      const { segments: _segments, ...meant } = feature as FeatureDefinition & {
        segments?: unknown;
      };
      return [feature.name, meant];
    }),
  );
  await until(() => {
    const held = client.getFeatureToggleDefinitions();
    return (
      held.length === wanted.size &&
      held.every((feature) => says(feature, wanted.get(feature.name)))
    );
  });
}

/** Whether everything that `wanted` says stands in `held` as well. */
function says(held: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(held, wanted);
  if (typeof held !== 'object' || held === null) return false;
  if (Array.isArray(wanted) && (held as unknown[]).length !== wanted.length) return false;
  return Object.entries(wanted).every(([key, value]) =>
    says((held as Readonly<Record<string, unknown>>)[key], value),
  );
}

async function until(isSo: () => boolean, seen: () => string = () => 'nothing'): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !isSo(); await sleep(5)) {
    if (Date.now() > deadline) throw new Error(`it did not arrive; last seen: ${seen()}`);
  }
}
