import { setTimeout as sleep } from 'node:timers/promises';
import { epochNow } from '../epoch-now.ts';
import type { Side } from '../users-service/service-record.ts';
import { Journal } from './journal.ts';
import type { LoadFigures, LoadProgress } from './load-figures.ts';
import type { Operation, Traffic } from './traffic.ts';
import type { UsersClient } from './users-client.ts';

/**
 * An open loop: requests arrive at random moments (a Poisson process), whether or not earlier ones
 * have been answered. A slow service gets no rest, as in production.
 */
export class Load {
  readonly #client: UsersClient;
  readonly #traffic: Traffic;
  readonly #random: () => number;
  readonly #journal = new Journal();
  readonly #running = new Set<Promise<void>>();
  readonly #served: Record<Side, number> = { old: 0, new: 0 };
  #requests = 0;
  #failed = 0;
  #stopped = false;

  constructor(client: UsersClient, traffic: Traffic, random: () => number) {
    this.#client = client;
    this.#traffic = traffic;
    this.#random = random;
  }

  /** Sends `perSecond` requests on average until `finish` is called. */
  async run(perSecond: number): Promise<void> {
    let nextAt = performance.now();
    while (!this.#stopped) {
      const now = performance.now();
      for (; nextAt <= now; nextAt += (-Math.log(1 - this.#random()) * 1000) / perSecond) {
        this.#begin(this.#traffic.next((id) => this.#journal.isFree(id)));
      }
      await sleep(Math.max(1, nextAt - now));
    }
  }

  /** Sends nothing more, waits for what is under way, and tells what happened. */
  async finish(): Promise<LoadFigures> {
    this.#stopped = true;
    await Promise.all(this.#running);
    return {
      ...this.progress(),
      writes: this.#journal.acknowledged,
      expectations: this.#journal.expectations(),
    };
  }

  progress(): LoadProgress {
    return { requests: this.#requests, failed: this.#failed, served: { ...this.#served } };
  }

  #begin(operation: Operation): void {
    const running = this.#carryOut(operation).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #carryOut(operation: Operation): Promise<void> {
    const isWrite = operation.kind !== 'read';
    this.#requests += 1;
    if (isWrite) this.#journal.begin(operation.id, operation.value);
    const answer = await this.#client.send(operation);
    if ('failure' in answer) {
      this.#fail(operation, answer.failure);
      return;
    }
    const { side } = answer;
    this.#served[side] += 1;
    if (!isWrite) return;
    this.#journal.acknowledge(operation.id, epochNow(), side);
    this.#traffic.written(operation);
  }

  #fail({ kind, tenantId, id }: Operation, why: string): void {
    this.#failed += 1;
    const now = new Date(epochNow()).toISOString();
    process.stderr.write(`${now} ${kind} of user ${id} of ${tenantId} failed: ${why}\n`);
  }
}
