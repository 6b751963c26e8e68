import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { createDatabase } from './database.ts';
import { lostParcels } from './lost-parcels.ts';
import { installPackedSdk } from './packed-sdk.ts';
import { createParcels, ParcelsService } from './parcels.ts';
import { StartedCrossfade } from './started-crossfade.ts';
import { untilView } from './until-view.ts';

const policy = 'parcels-grams';

interface Parts {
  readonly crossfade: StartedCrossfade;
  readonly service: ParcelsService;
  readonly targetUrl: string;
}

/** Crossfade by `npm start`, and the thirty-line service with the packed SDK on a target of its own. */
export class ParcelsWorld {
  readonly crossfade: StartedCrossfade;
  readonly service: ParcelsService;
  readonly targetUrl: string;
  readonly #close: () => Promise<void>;

  private constructor(parts: Parts, close: () => Promise<void>) {
    this.crossfade = parts.crossfade;
    this.service = parts.service;
    this.targetUrl = parts.targetUrl;
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

  /** Waits for a view for which the condition holds, as `untilView` does. */
  until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    return untilView(this.crossfade, policy, condition);
  }

  /** The parcels whose value is not the last one that the service acknowledged. */
  lostIn(view: string, column: string): Promise<readonly number[]> {
    return lostParcels(this.targetUrl, view, column, this.service.written);
  }

  close(): Promise<void> {
    return this.#close();
  }
}
