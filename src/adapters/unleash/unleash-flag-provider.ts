import { setTimeout as sleep } from 'node:timers/promises';
import { CrossfadeError } from '../../core/errors.ts';
import { ForeignEdit } from '../../core/flags/foreign-edit.ts';
import { FlagProvider } from '../../engine/ports/flag-provider.ts';
import type {
  FlagFollower,
  FlagStanding,
  ObservedFlag,
  WantedFlag,
} from '../../engine/ports/flag-provider.ts';
import { flagFollowers } from './flag-followers.ts';
import { FlagHistory } from './flag-history.ts';
import { observeFlag } from './observe-flag.ts';
import { SetFlag } from './set-flag.ts';
import { storedFlag } from './stored-flag.ts';
import { Turns } from './turns.ts';
import type { StoredFlag } from './stored-flag.ts';
import { UnleashAdminApi } from './unleash-admin-api.ts';
import { UnleashIdentity } from './unleash-identity.ts';
import type { UnleashOptions } from './unleash-options.ts';
import { unleashStanding } from './unleash-standing.ts';

const READ_ATTEMPTS = 4;
const LOG_LAG_MS = 50;

/**
 * Routes in a real Unleash, driven through its Admin API: one flag per rollout, its strategies in
 * the order of DESIGN §9. Unleash can neither write them at once nor compare before it writes, so
 * every write leaves the flag fit to be served, and a mark set last says which version stands.
 */
export class UnleashFlagProvider extends FlagProvider {
  readonly #options: UnleashOptions;
  readonly #api: UnleashAdminApi;
  readonly #identity: UnleashIdentity;
  /** Two versions that are written at once would leave a mixture of both. */
  readonly #turns = new Turns();

  constructor(options: UnleashOptions) {
    super();
    this.#options = options;
    this.#api = new UnleashAdminApi(options);
    this.#identity = new UnleashIdentity(this.#api);
  }

  /**
   * A version that stands, or a newer one, is left alone, whatever people did to it since; one that
   * was cut short is finished. Throws `forbidden` with what the token lacks, `refused` for what
   * Unleash cannot hold, and `conflict` when somebody edits at the same time, or when the flag is
   * somebody else's.
   */
  override async set(wanted: WantedFlag): Promise<void> {
    const load = (): Promise<StoredFlag | null> => this.#load(wanted.name);
    const history = (): Promise<FlagHistory> => this.#history(wanted.name);
    const one = new SetFlag(this.#api, this.#options, wanted, { load, history });
    await this.#turns.take(wanted.name, () => one.run());
  }

  /** Throws `ForeignEdit` (code `conflict`) when somebody made of the flag what is no route. */
  override async read(name: string): Promise<ObservedFlag | null> {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt += 1) {
      const before = await this.#history(name);
      const flag = await this.#load(name);
      const after = await this.#history(name);
      // Flag and log are two requests: only between equal logs do they belong together.
      if (after.revision !== before.revision) continue;
      // Unleash takes a flag away first and says whose doing it was a moment later.
      if (flag === null && after.changes[0]?.own === true && attempt < READ_ATTEMPTS) {
        await sleep(attempt * LOG_LAG_MS);
        continue;
      }
      if (flag === null) return absent(name, after);
      if (flag.strategies.length === 0 && after.changes[0]?.own === true) return null;
      if (after.revision > 0) return observeFlag(name, flag, after);
    }
    throw new CrossfadeError('unavailable', `flag "${name}" kept changing while it was read`);
  }

  override async followers(name: string): Promise<readonly FlagFollower[]> {
    return flagFollowers(this.#api, name, this.#options.environment);
  }

  override async standing(): Promise<FlagStanding> {
    return unleashStanding(this.#api, this.#options);
  }

  async #load(name: string): Promise<StoredFlag | null> {
    const { project, environment } = this.#options;
    const path = `projects/${encodeURIComponent(project)}/features/${encodeURIComponent(name)}`;
    const { status, body } = await this.#api.get(path);
    return status === 404 ? null : storedFlag(name, body, environment);
  }

  async #history(name: string): Promise<FlagHistory> {
    const identity = await this.#identity.id();
    const { environment } = this.#options;
    return FlagHistory.load(this.#api, name, { environment, identity });
  }
}

/** A flag that was archived, deleted or moved is not one that never was: somebody did that. */
function absent(name: string, history: FlagHistory): null {
  const [last] = history.changes;
  if (last === undefined) return null;
  const reasons = [`Unleash no longer serves it (${last.type})`];
  const seen = { revision: history.revision, enabled: false };
  throw new ForeignEdit(name, { changedBy: last.by, changedAt: last.at, ...seen, reasons });
}
