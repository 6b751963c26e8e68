import type { FlagCatalog } from '../core/flags/catalog/flag-catalog.ts';
import { itemsOf } from '../core/flags/catalog/flag-catalog.ts';
import { gatewayClient } from '../core/gateway/gateway-client.ts';
import type {
  InstanceList,
  InstanceMigration,
  ListedInstance,
} from '../core/protocol/instance-list.ts';
import type { Route } from '../core/protocol/route.ts';
import { plainSilentAfter, silentAfterMs } from '../core/rollout/arrival.ts';
import { intervalOf, observedClient } from '../core/rollout/plain-client.ts';
import type { Clock } from './ports/clock.ts';
import type { FlagFeed } from './ports/flag-feed.ts';
import type {
  InstanceRegistry,
  RegisteredInstance,
  SeenClient,
} from './ports/instance-registry.ts';
import type { RouteFeed } from './ports/route-feed.ts';

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
      ...clients.map((client) => ofClient(client, catalog, now)),
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
function ofClient(client: SeenClient, catalog: FlagCatalog, now: number): ListedInstance {
  const { app, instance, sdk, revision, heardMs, seenAt } = client;
  const silentAfter = plainSilentAfter({ intervalMs: intervalOf(client), heardMs: heardMs ?? 0 });
  const isSilent = now - seenAt > silentAfter;
  const migrations = migrationsOf(client, catalog);
  const isBehind = migrations.some((one) => one.revision < (one.wanted ?? 0));
  return {
    service: app,
    instance,
    version: null,
    client: sdk,
    level: revision === null ? 'assumed' : 'served',
    state: stateOf(false, isSilent),
    straggler: isSilent || isBehind || (revision !== null && revision < catalog.revision),
    migrations,
    flags: { held: revision, stands: catalog.revision },
    lastSeenAt: seenAt,
  };
}

/** Those whose flag it has asked for. */
function migrationsOf(client: SeenClient, catalog: FlagCatalog): readonly InstanceMigration[] {
  const { app: service, instance, revision: held, intervalMs, heardMs } = client;
  return itemsOf(catalog, 'route').flatMap(({ item: { route }, revision: since, changedAt }) => {
    const askedAt = client.asked[route.migration];
    if (askedAt === undefined) return [];
    const { migration, revision: wanted, safeSide } = route;
    const runs = observedClient(
      { service, instance, held, askedAt, intervalMs, heardMs, lastSeenAt: client.seenAt },
      { revision: wanted, since, changedAt, safeSide },
    );
    const { revision, draining } = runs;
    return [{ migration, revision, wanted, safeSide: runs.safeSide, draining }];
  });
}

function stateOf(hasLeft: boolean, isSilent: boolean): ListedInstance['state'] {
  if (hasLeft) return 'left';
  return isSilent ? 'silent' : 'live';
}
