import { startUnleashServer, type UnleashServer } from '../../test/support/unleash-server.ts';
import { ENVIRONMENT, FlagServer, type Peer } from './flag-server.ts';

/** Unleash answers a few hundred requests per second and address unless it is told otherwise. */
const unlimited = {
  NODE_ENV: 'production',
  SDK_API_RATE_LIMIT_PER_MINUTE: '100000000',
  TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: '100000000',
};

/** Crossfade and a real unleash-server side by side, each on its database of the same PostgreSQL. */
export class TwoFlagServices {
  readonly #crossfade: FlagServer;
  readonly #unleash: UnleashServer;

  private constructor(crossfade: FlagServer, unleash: UnleashServer) {
    this.#crossfade = crossfade;
    this.#unleash = unleash;
  }

  static async open(): Promise<TwoFlagServices> {
    const crossfade = await FlagServer.start();
    return new TwoFlagServices(crossfade, await startUnleashServer(unlimited));
  }

  get ours(): Peer {
    return this.#crossfade.peer;
  }

  get theirs(): Peer {
    return { url: this.#unleash.url, token: this.#unleash.clientToken };
  }

  async close(): Promise<void> {
    await this.#unleash.stop();
    await this.#crossfade.stop();
  }

  /** The same flags in both, `from` up to `to`: made in Unleash, and imported from what it serves. */
  async fill(from: number, to: number): Promise<void> {
    const features = 'projects/default/features';
    const admin = (path: string, body?: object): Promise<unknown> =>
      this.#unleash.admin(this.#unleash.adminToken, 'POST', path, body);
    for (let n = from; n < to; n += 1) {
      const name = `flag-${n}`;
      const at = `${features}/${name}/environments/${ENVIRONMENT}`;
      await admin(features, { name, type: 'release' });
      await admin(`${at}/strategies`, {
        name: 'flexibleRollout',
        parameters: { rollout: String(n % 101), stickiness: 'userId', groupId: name },
        constraints: [{ contextName: 'userId', operator: 'NOT_IN', values: ['1', '2', '3'] }],
      });
      await admin(`${at}/on`);
    }
    const document = await untilServed(this.theirs, to);
    await this.#crossfade.call('POST', `features/import?environment=${ENVIRONMENT}`, document);
  }
}

/** Unleash notices a change within a second. */
async function untilServed({ url, token }: Peer, count: number): Promise<object> {
  for (;;) {
    const headers = { authorization: token, 'unleash-client-spec': '5.2.0' };
    const response = await fetch(`${url}/api/client/features`, { headers });
    const document = (await response.json()) as { features: { enabled: boolean }[] };
    if (document.features.filter(({ enabled }) => enabled).length === count) return document;
  }
}
