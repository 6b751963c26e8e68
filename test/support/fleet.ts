import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { normalizedBucket } from '../../src/core/cohort/normalized-bucket.ts';
import { endChild } from '../../src/demo/processes/end-child.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';

/** From now on this side serves the watched unit in that process. */
export interface FleetNews {
  readonly migration: string;
  readonly side: 'old' | 'new';
  /** Epoch milliseconds, with fractions. */
  readonly at: number;
  /** How long the process was frozen the last time; 0 when it never was. */
  readonly sleptMs: number;
}

/** How an instance of the fleet is started. */
export interface FleetOptions {
  readonly url: string;
  readonly token: string;
  readonly service: string;
  /** What its build knows, each with a unit that the share takes. */
  readonly migrations: readonly { readonly name: string; readonly unit: string }[];
}

const lookMs = 5;

/** A unit that a share of `percent` takes, by the hash of a flag. */
export function unitWithin(flag: string, percent: number): string {
  for (let n = 0; ; n += 1) {
    const unit = `watched-${n}`;
    if (normalizedBucket(unit, flag) <= percent) return unit;
  }
}

/** One process of the application. */
export class FleetInstance {
  readonly name: string;
  readonly news: FleetNews[] = [];
  readonly #child: ChildProcess;

  constructor(name: string, { url, token, service, migrations }: FleetOptions) {
    this.name = name;
    const told = migrations.flatMap((one) => [one.name, one.unit]);
    this.#child = fork('test/fixtures/fleet-instance.ts', [service, name, ...told], {
      env: inheritedEnvironment({ CROSSFADE_URL: url, CROSSFADE_TOKEN: token }),
    });
    this.#child.on('message', (news) => this.news.push(news as FleetNews));
  }

  /** Resolves once the watched unit is served by `side`, of that migration where there are several. */
  async served(side: FleetNews['side'], migration?: string): Promise<FleetNews> {
    for (;;) {
      const last = this.news.findLast((one) => one.migration === (migration ?? one.migration));
      if (last?.side === side) return last;
      await sleep(lookMs);
    }
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Lets it run again. Resolves with the first that it serves. */
  async thaw(): Promise<FleetNews> {
    const heard = once(this.#child, 'message');
    this.#child.kill('SIGCONT');
    return ((await heard) as [FleetNews])[0];
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGCONT');
    await endChild(this.#child, 5_000);
  }
}
