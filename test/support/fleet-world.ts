import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { createDatabase } from './database.ts';
import { FleetInstance, unitWithin } from './fleet.ts';
import { StartedCrossfade } from './started-crossfade.ts';
import { createUsers } from './steady-users.ts';
import { untilView } from './until-view.ts';

export const fleetPolicy = 'users-birthdate';
const service = 'users-api';

/** Crossfade, and a service of which each instance is a process of its own. */
export class FleetWorld {
  readonly crossfade: StartedCrossfade;
  /** A unit that the share of 50 % takes. */
  readonly unit = unitWithin(fleetPolicy, 50);
  readonly instances: FleetInstance[] = [];
  readonly folder: string;
  readonly #close: () => Promise<void>;

  private constructor(crossfade: StartedCrossfade, folder: string, close: () => Promise<void>) {
    this.crossfade = crossfade;
    this.folder = folder;
    this.#close = close;
  }

  /** @param size instances that the service must have; its policy stays at 50 % until somebody acts */
  static async open(size: number): Promise<FleetWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-fleet-'));
    await chmod(folder, 0o711);
    const [state, target] = await Promise.all([createDatabase(), createDatabase()]);
    await createUsers(target.url);
    const crossfade = await StartedCrossfade.start({
      dataDir: join(folder, 'crossfade'),
      databaseUrl: state.url,
      command: `exec ${process.execPath} dist/src/main.js`,
      environment: {
        USERS_DB_URL: target.url,
        CROSSFADE_LOG_LEVEL: 'error',
      },
    });
    const policy = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
    const text = policy
      .replaceAll('atLeast: 2', `atLeast: ${size}`)
      .replace('to: 50%, bake: 1s', 'to: 50%, bake: 1h');
    await crossfade.api.apply([{ name: 'fleet.yaml', text }]);
    await crossfade.client.start(fleetPolicy);
    return new FleetWorld(crossfade, folder, async () => {
      await crossfade.stop();
      await Promise.all([state.drop(), target.drop()]);
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** @param implementing whether the build knows the migration */
  add(name: string, implementing = true): FleetInstance {
    const { url, sdkToken: token } = this.crossfade;
    const migrations = implementing ? [{ name: fleetPolicy, unit: this.unit }] : [];
    const instance = new FleetInstance(name, { url, token, service, migrations });
    this.instances.push(instance);
    return instance;
  }

  /** Waits for a view for which the condition holds, as `untilView` does. */
  until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    return untilView(this.crossfade, fleetPolicy, condition);
  }

  async close(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop()));
    await this.#close();
  }
}
