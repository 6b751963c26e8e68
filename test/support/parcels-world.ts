import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { createDatabase } from './database.ts';
import { installPackedSdk } from './packed-sdk.ts';
import { createParcels, ParcelsService } from './parcels.ts';
import { StartedCrossfade } from './started-crossfade.ts';

const policy = 'parcels-grams';
const pollMs = 50;
const patienceMs = 60_000;

interface Parts {
  readonly crossfade: StartedCrossfade;
  readonly service: ParcelsService;
  readonly targetUrl: string;
}

/** Crossfade by `npm start`, and the thirty-line service with the packed SDK on a target of its own. */
export class ParcelsWorld {
  readonly crossfade: StartedCrossfade;
  readonly service: ParcelsService;
  readonly #targetUrl: string;
  readonly #close: () => Promise<void>;

  private constructor(parts: Parts, close: () => Promise<void>) {
    this.crossfade = parts.crossfade;
    this.service = parts.service;
    this.#targetUrl = parts.targetUrl;
    this.#close = close;
  }

  /** @param environment further variables of the server */
  static async open(environment: Readonly<Record<string, string>> = {}): Promise<ParcelsWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-parcels-'));
    await chmod(folder, 0o711);
    const [state, target] = await Promise.all([createDatabase(), createDatabase()]);
    await createParcels(target.url);
    await installPackedSdk(folder);
    const crossfade = await StartedCrossfade.start({
      dataDir: join(folder, 'crossfade'),
      databaseUrl: state.url,
      environment: { PARCELS_DB_URL: target.url, ...environment },
    });
    const service = await ParcelsService.start(folder, {
      DATABASE_URL: target.url,
      CROSSFADE_URL: crossfade.url,
      CROSSFADE_TOKEN: crossfade.sdkToken,
    });
    return new ParcelsWorld({ crossfade, service, targetUrl: target.url }, async () => {
      await service.stop();
      await crossfade.stop();
      await Promise.all([state.drop(), target.drop()]);
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Waits for a view for which the condition holds. Throws when the rollout ends without it, or in a minute. */
  async until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const view = (await this.crossfade.client.rollout(policy)) as RolloutView;
      if (condition(view)) return view;
      if (view.endedAt !== null || performance.now() > deadline) {
        const { phase, exposure, waitingFor, stop, hold, rollback } = view;
        const seen = JSON.stringify({ phase, exposure, waitingFor, stop, hold, rollback });
        throw new Error(`the rollout did not come to what was waited for: ${seen}`);
      }
      await sleep(pollMs);
    }
  }

  /** The parcels whose value is not the last one that the service acknowledged. */
  async lostIn(view: string, column: string): Promise<readonly number[]> {
    const client = new pg.Client({ connectionString: this.#targetUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ id: string; value: number }>(
        `SELECT id, ${column}::int AS value FROM ${view}`,
      );
      const stands = new Map(rows.map(({ id, value }) => [Number(id), value]));
      const { written } = this.service;
      return [...written].filter(([id, value]) => stands.get(id) !== value).map(([id]) => id);
    } finally {
      await client.end();
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}
