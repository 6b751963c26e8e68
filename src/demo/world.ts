import { join } from 'node:path';
import { ControlPlaneClient } from './control-plane/control-plane-client.ts';
import { ControlPlane, outlivingControlPlane } from './control-plane/control-plane.ts';
import { saveHistory } from './control-plane/save-history.ts';
import { RolloutWatch } from './control-plane/rollout-watch.ts';
import type { RolloutView } from './control-plane/views.ts';
import type { LoadFigures, LoadProgress } from './load/load-figures.ts';
import type { LoadOrder } from './load/main.ts';
import type { Cleanup } from './processes/cleanup.ts';
import { CuttableProxy } from './processes/cuttable-proxy.ts';
import type { Outliving } from './processes/leftovers.ts';
import { freePort } from './processes/free-port.ts';
import { WorkerProcess } from './processes/worker-process.ts';
import { startTargetDatabase, targetFolder } from './target/target-database.ts';
import type { TargetDatabase } from './target/target-database.ts';
import { rolloutName } from './tenants.ts';
import type { FaultName } from './users-service/faults.ts';
import type { ServiceFigures } from './users-service/service-record.ts';

export interface WorldOptions {
  /** Holds data, logs and tokens of this run. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Told of each thing that was started, killed, cut or broken. */
  readonly onEvent: (text: string) => void;
  readonly onView: (view: RolloutView | null) => void;
  readonly onLoad: (progress: LoadProgress) => void;
}

interface Parts {
  readonly controlPlane: ControlPlane;
  readonly client: ControlPlaneClient;
  readonly proxy: CuttableProxy;
  readonly target: TargetDatabase;
  readonly services: readonly WorkerProcess[];
  readonly ports: readonly number[];
  readonly load: WorkerProcess;
}

/** What a world leaves when its demo is killed; the other processes end with their parent. */
export const outlivingWorld: Outliving = {
  processes: [outlivingControlPlane.process],
  databases: [targetFolder, outlivingControlPlane.database],
};

const instances = 2;
const requestsPerSecond = 300;
const seed = 20_260_101;
const usersService = new URL('./users-service/main.ts', import.meta.url);
const loadModule = new URL('./load/main.ts', import.meta.url);

/** Everything of one scenario, each part in a process of its own, and what can be done to it. */
export class World {
  readonly target: TargetDatabase;
  readonly client: ControlPlaneClient;
  readonly watch: RolloutWatch;
  readonly signal: AbortSignal;
  readonly #parts: Parts;
  readonly #onEvent: (text: string) => void;
  #kills = 0;

  private constructor(options: WorldOptions, parts: Parts) {
    this.#parts = parts;
    this.#onEvent = options.onEvent;
    this.signal = options.signal;
    this.target = parts.target;
    this.client = parts.client;
    this.watch = new RolloutWatch(parts.client, rolloutName, options.onView);
  }

  /** Starts it all. What was started is undone by `cleanup`, also when a later part fails. */
  static async open(options: WorldOptions, cleanup: Cleanup): Promise<World> {
    const { folder } = options;
    const target = await startTargetDatabase(folder);
    cleanup.add(() => target.stop());
    const controlPlane = new ControlPlane({
      folder,
      port: await freePort(),
      targetUrl: target.ownerUrl,
    });
    cleanup.add(() => controlPlane.stop());
    await Promise.all([controlPlane.start(), target.fill()]);
    options.signal.throwIfAborted();
    const proxy = await CuttableProxy.open(Number(new URL(controlPlane.url).port));
    cleanup.add(() => proxy.close());
    const client = new ControlPlaneClient(controlPlane.url, await controlPlane.token('admin'));
    const parts = { controlPlane, client, proxy, target };
    const token = await controlPlane.token('sdk');
    return new World(options, {
      ...parts,
      ...(await startWorkers(options, parts, token, cleanup)),
    });
  }

  get kills(): number {
    return this.#kills;
  }

  /** Rejects when a process of the users services or the load ends by itself. */
  get failed(): Promise<never> {
    const { services, load } = this.#parts;
    return Promise.race([...services, load].map((worker) => worker.failed));
  }

  async beginLoad(): Promise<void> {
    const order: LoadOrder = { ports: this.#parts.ports, perSecond: requestsPerSecond, seed };
    await this.#parts.load.ask('begin', order);
  }

  finishLoad(): Promise<LoadFigures> {
    return this.#parts.load.ask<LoadFigures>('finish');
  }

  figures(): Promise<readonly ServiceFigures[]> {
    return Promise.all(
      this.#parts.services.map((service) => service.ask<ServiceFigures>('figures')),
    );
  }

  /** From now on the users services' new reads go wrong. */
  async arm(fault: FaultName): Promise<void> {
    await Promise.all(this.#parts.services.map((service) => service.ask('arm', fault)));
    this.#onEvent(`fault: ${fault} in the users services' new reads`);
  }

  /** As `crossfade replay -f` reads it. */
  async saveHistory(rollout: string, file: string): Promise<void> {
    const { controlPlane } = this.#parts;
    const token = await controlPlane.token('admin');
    await saveHistory({ url: controlPlane.url, token }, rollout, file);
  }

  async killControlPlane(): Promise<void> {
    this.#kills += 1;
    await this.#parts.controlPlane.kill();
    this.#onEvent('control plane killed with -9');
  }

  async restartControlPlane(): Promise<void> {
    await this.#parts.controlPlane.start();
    this.#onEvent('control plane is back');
  }

  /** Nothing passes any more between the users services and the control plane. */
  cutEvidence(): void {
    this.#parts.proxy.cut();
    this.#onEvent('outage: the users services and the control plane cannot reach each other');
  }

  mendEvidence(): void {
    this.#parts.proxy.mend();
    this.#onEvent('outage is over');
  }
}

async function startWorkers(
  { folder, onLoad }: WorldOptions,
  { proxy, target }: Pick<Parts, 'proxy' | 'target'>,
  token: string,
  cleanup: Cleanup,
): Promise<Pick<Parts, 'services' | 'ports' | 'load'>> {
  const services: WorkerProcess[] = [];
  const ports: number[] = [];
  for (let number = 1; number <= instances; number += 1) {
    const { worker, ready } = await WorkerProcess.start<{ port: number }>({
      name: `users service ${number}`,
      module: usersService,
      environment: {
        DATABASE_URL: target.applicationUrl,
        CROSSFADE_URL: `http://127.0.0.1:${proxy.port}`,
        CROSSFADE_TOKEN: token,
      },
      logFile: join(folder, `users-service-${number}.log`),
    });
    cleanup.add(() => worker.stop());
    services.push(worker);
    ports.push(ready.port);
  }
  const { worker: load } = await WorkerProcess.start({
    name: 'load',
    module: loadModule,
    environment: {},
    logFile: join(folder, 'load.log'),
    onNote: (payload) => onLoad(payload as LoadProgress),
  });
  cleanup.add(() => load.stop());
  return { services, ports, load };
}
