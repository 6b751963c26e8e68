import { setTimeout as sleep } from 'node:timers/promises';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import type { Backfills } from '../../engine/backfills.ts';
import type { EventStream } from '../event-stream.ts';

/** A comment after so many looks without news keeps proxies and read timeouts content. */
const pingLooks = 20;

type Follower = Pick<EventStream, 'send' | 'end' | 'onLeave'>;

/** Tells who follows a backfill how far it is, until it has ended. */
export class BackfillStreams {
  readonly #backfills: Pick<Backfills, 'view'>;
  readonly #lookMs: number;
  readonly #followed = new Set<AbortController>();

  /** @param lookMs between two looks */
  constructor(backfills: Pick<Backfills, 'view'>, lookMs: number) {
    this.#backfills = backfills;
    this.#lookMs = lookMs;
  }

  /**
   * Sends how far it is whenever that has changed. Answers when it has ended, or nobody listens any
   * more. Rejects when it cannot be read, before anything was sent.
   */
  async follow(name: string, client: Follower): Promise<void> {
    const first = await this.#backfills.view(name);
    const gone = new AbortController();
    this.#followed.add(gone);
    client.onLeave(() => gone.abort());
    try {
      await this.#tell(first, client, gone.signal);
    } catch {
      // Who comes back is told why it cannot be read.
    } finally {
      this.#followed.delete(gone);
      client.end();
    }
  }

  /** Before the server waits for open connections to end, which streams never do by themselves. */
  onModuleDestroy(): void {
    for (const gone of this.#followed) gone.abort();
  }

  async #tell(first: BackfillView, client: Follower, gone: AbortSignal): Promise<void> {
    let view = first;
    let last = '';
    for (let quiet = 0; !gone.aborted; quiet += 1) {
      const data = JSON.stringify(view);
      if (data !== last) {
        client.send(`event: backfill\ndata: ${data}\n\n`);
        quiet = 0;
      } else if (quiet % pingLooks === 0) client.send(': ping\n\n');
      last = data;
      if (isOver(view)) return;
      await sleep(this.#lookMs, undefined, { signal: gone });
      view = await this.#backfills.view(first.rollout);
    }
  }
}

function isOver({ job }: BackfillView): boolean {
  return job !== null && job.status !== 'pending' && job.status !== 'running';
}
