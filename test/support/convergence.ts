import { randomUUID } from 'node:crypto';
import fileStorage from 'unleash-client/lib/repository/storage-provider-file.js';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import type { FleetInstance, FleetNews } from './fleet.ts';
import { fleetPolicy, FleetWorld } from './fleet-world.ts';
import { connectUnleash, variantOf } from './unleash-sdk.ts';

/** What a rollback from 50 % came to. Milliseconds since a person asked for it. */
export interface Convergence {
  /** The step in which an instance without the new code kept everybody, and what was said. */
  readonly heldAt: string;
  readonly heldBecause: string;
  /** For each instance that ran: from when on the old side served the watched unit. */
  readonly othersMs: readonly number[];
  /** What a plain client that was started from an old backup gave before and after it heard anew. */
  readonly fromBackup: readonly [before: string, after: string];
  readonly frozen: {
    readonly name: string;
    /** Why the rollback had not arrived. */
    readonly waiting: string;
    /** The first that it served when it ran again. */
    readonly first: FleetNews;
  };
  readonly arrivedMs: number;
}

const now = (): number => performance.timeOrigin + performance.now();

/** A service of `size` instances goes to 50 % and is taken back while one of them is frozen. */
export async function converge(size: number): Promise<Convergence> {
  const world = await FleetWorld.open(size);
  try {
    const held = await heldByOldBuild(world, size);
    await Promise.all([
      world.until(({ exposure }) => exposure.acknowledged === 50),
      ...world.instances.map((instance) => instance.served('new')),
    ]);
    return { ...held, ...(await takenBack(world)) };
  } finally {
    await world.close();
  }
}

/** One instance is of an older build until that has been noticed; then it is replaced. */
async function heldByOldBuild(world: FleetWorld, size: number) {
  const stranger = world.add('old-build', false);
  for (let n = 1; n < size; n += 1) world.add(`pod-${n}`);
  const view = await world.until(({ hold }) => hold?.code === 'instances');
  await stranger.stop();
  world.instances.splice(world.instances.indexOf(stranger), 1);
  world.add(`pod-${size}`);
  return { heldAt: stepOf(view), heldBecause: view.hold?.reason ?? '' };
}

async function takenBack(world: FleetWorld) {
  const plain = new PlainClient(world);
  const before = await plain.start();
  const [frozen, ...others] = world.instances as [FleetInstance, ...FleetInstance[]];
  frozen.freeze();
  const asked = now();
  await world.crossfade.api.command(fleetPolicy, { verb: 'rollback', requestId: randomUUID() });
  const news = await Promise.all(others.map((instance) => instance.served('old')));
  const after = await plain.start();
  const { hold } = await world.until((view) => view.hold?.code === 'rollback');
  const first = await frozen.thaw();
  const { rollback } = await world.until(({ phase }) => phase === 'rolled_back');
  return {
    othersMs: news.map(({ at }) => at - asked),
    fromBackup: [before, after] as const,
    frozen: { name: frozen.name, waiting: hold?.reason ?? '', first },
    arrivedMs: (rollback?.convergedAt ?? Number.NaN) - asked,
  };
}

/** Unleash's own client, which keeps what it knows in a file and starts from that. */
class PlainClient {
  readonly #world: FleetWorld;

  constructor(world: FleetWorld) {
    this.#world = world;
  }

  /** Starts it anew. Resolves with the stage of the watched unit once it has heard from Crossfade. */
  async start(): Promise<string> {
    const { crossfade, folder, unit } = this.#world;
    const client = await connectUnleash(crossfade.url, crossfade.sdkToken, {
      appName: 'reports',
      storageProvider: new fileStorage.default(folder),
    });
    const stage = variantOf(client, fleetPolicy, unit);
    client.destroy();
    return stage;
  }
}

function stepOf({ steps, stepIndex }: RolloutView): string {
  return steps[stepIndex]?.name ?? '';
}
