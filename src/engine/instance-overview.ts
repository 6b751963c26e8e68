import { gatewayClient } from '../core/gateway/gateway-client.ts';
import type { InstanceList, ListedInstance } from '../core/protocol/instance-list.ts';
import type { Route } from '../core/protocol/route.ts';
import { silentAfterMs } from '../core/rollout/arrival.ts';
import type { Clock } from './ports/clock.ts';
import type { FlagFeed } from './ports/flag-feed.ts';
import type {
  FlagClient,
  InstanceRegistry,
  RegisteredInstance,
} from './ports/instance-registry.ts';
import type { RouteFeed } from './ports/route-feed.ts';

/** What plain clients poll by unless they say otherwise. Milliseconds. */
const usualIntervalMs = 15_000;

/** Three missed polls, as three missed reports make an instance with our SDK silent. */
const pollsMissed = 3;

/** Puts together who is there and what each runs, beside what stands. */
export class InstanceOverview {
  readonly #registry: InstanceRegistry;
  readonly #routes: RouteFeed;
  readonly #flags: FlagFeed;
  readonly #clock: Clock;

  constructor(registry: InstanceRegistry, routes: RouteFeed, flags: FlagFeed, clock: Clock) {
    this.#registry = registry;
    this.#routes = routes;
    this.#flags = flags;
    this.#clock = clock;
  }

  /** @param service null for all */
  async list(service: string | null): Promise<InstanceList> {
    const [instances, clients, routes, catalog, now] = await Promise.all([
      this.#registry.instances(),
      this.#registry.clients(),
      this.#routes.routes(),
      this.#flags.catalog(),
      this.#clock.now(),
    ]);
    const listed = [
      ...instances.map((instance) => ofSdk(instance, routes, now)),
      ...clients.map((client) => ofClient(client, catalog.revision, now)),
    ];
    const asked = listed.filter((one) => service === null || one.service === service);
    return { instances: asked, now };
  }
}

function ofSdk(
  instance: RegisteredInstance,
  routes: readonly Route[],
  now: number,
): ListedInstance {
  const { service, version, client, seenAt, maxStaleMs } = instance;
  const migrations = instance.implements.map((migration) => {
    const own = instance.acknowledged.find((one) => one.migration === migration);
    return {
      migration,
      revision: own?.revision ?? 0,
      wanted: routes.find((route) => route.migration === migration)?.revision ?? null,
      safeSide: own?.safeSide ?? ('old' as const),
      draining: own?.draining ?? 0,
    };
  });
  const isSilent = now - seenAt > silentAfterMs;
  const mayServe = now - seenAt <= maxStaleMs + silentAfterMs;
  const isBehind = migrations.some(({ revision, wanted }) => revision < (wanted ?? 0));
  return {
    service,
    instance: instance.instance,
    version,
    client: client ?? '@crossfade/sdk',
    level: client === gatewayClient ? 'served' : 'confirmed',
    state: stateOf(instance.hasLeft, isSilent),
    straggler: !instance.hasLeft && mayServe && (isSilent || isBehind),
    migrations,
    flags: null,
    lastSeenAt: seenAt,
  };
}

/** A plain client goes on with what it holds for as long as it runs: a silent one is a straggler. */
function ofClient(
  client: FlagClient & { readonly seenAt: number },
  stands: number,
  now: number,
): ListedInstance {
  const { app, instance, sdk, revision, seenAt } = client;
  const isSilent = now - seenAt > pollsMissed * (client.intervalMs ?? usualIntervalMs);
  return {
    service: app,
    instance,
    version: null,
    client: sdk,
    level: revision === null ? 'assumed' : 'served',
    state: stateOf(false, isSilent),
    straggler: isSilent || (revision !== null && revision < stands),
    migrations: [],
    flags: { held: revision, stands },
    lastSeenAt: seenAt,
  };
}

function stateOf(hasLeft: boolean, isSilent: boolean): ListedInstance['state'] {
  if (hasLeft) return 'left';
  return isSilent ? 'silent' : 'live';
}
