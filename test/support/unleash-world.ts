import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { depots } from './parcels.ts';
import { ParcelsWorld } from './parcels-world.ts';
import { startUnleashServer } from './unleash-server.ts';
import type { UnleashServer } from './unleash-server.ts';

const name = 'parcels-grams';
export const parcelsFlag = 'parcels-in-grams';

/** The thirty-line service and its rollout, whose flag lives in a real Unleash. */
export class UnleashWorld {
  readonly unleash: UnleashServer;
  readonly parcels: ParcelsWorld;
  readonly #policyFile: string;

  private constructor(unleash: UnleashServer, parcels: ParcelsWorld, policyFile: string) {
    this.unleash = unleash;
    this.parcels = parcels;
    this.#policyFile = policyFile;
  }

  static async open(): Promise<UnleashWorld> {
    const unleash = await startUnleashServer();
    const parcels = await ParcelsWorld.open({
      CROSSFADE_UNLEASH_URL: unleash.url,
      CROSSFADE_UNLEASH_TOKEN: await unleash.personalToken('crossfade-machine'),
      CROSSFADE_UNLEASH_ENVIRONMENT: 'development',
    });
    const policy = await readFile('test/fixtures/parcels-policy.yaml', 'utf8');
    const flag = `  flag: { provider: unleash, name: ${parcelsFlag} }\n  guards:`;
    const policyFile = join(tmpdir(), `crossfade-unleash-policy-${process.pid}.yaml`);
    // Nobody who comes in between has to hurry: the step ends when it is promoted.
    const written = policy.replace('  guards:', flag).replace('bake: 3s', 'bake: 1h');
    await writeFile(policyFile, written);
    return new UnleashWorld(unleash, parcels, policyFile);
  }

  /** Applies the policy and starts its rollout; throws when either is refused. */
  async begin(): Promise<void> {
    for (const words of [
      ['apply', '-f', this.#policyFile],
      ['start', name],
    ]) {
      const { status, out } = await this.parcels.crossfade.say(...words);
      if (status !== 0) throw new Error(out);
    }
  }

  /** Waits until it runs at so many percent, and everybody has acknowledged that. */
  untilServed(percent: number): Promise<RolloutView> {
    return this.parcels.until(
      ({ phase, exposure }) => phase === 'running' && exposure.acknowledged === percent,
    );
  }

  /** Per depot the side that its next write is made on. */
  sidesOfDepots(): Promise<readonly string[]> {
    const { service } = this.parcels;
    return Promise.all(Array.from({ length: depots }, (_, depot) => service.sideOf(depot)));
  }

  async close(): Promise<void> {
    await this.parcels.close();
    await this.unleash.stop();
    await rm(this.#policyFile, { force: true });
  }
}
