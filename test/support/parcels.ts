import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';
import { endChild } from '../../src/demo/processes/end-child.ts';

export const depots = 20;
/** Those that the customer visits; behind them one more of each depot, which only `sideOf` writes. */
const parcels = 400;
const pauseMs = 5;

/** Parcels of 20 depots; an application of version 1 already reads through its views. */
export async function createParcels(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE TABLE parcels (id bigint PRIMARY KEY, depot text NOT NULL, weight text);
    INSERT INTO parcels
      SELECT id, 'depot-' || id % ${depots}, (id * 10)::text FROM generate_series(1, ${parcels + depots}) AS id;
    CREATE SCHEMA v1;
    CREATE VIEW v1.parcels AS SELECT id, depot, weight FROM public.parcels`);
  await client.end();
}

/** The thirty-line service in a process of its own, and one customer who never rests. */
export class ParcelsService {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #written = new Map<number, number>();
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #visits = 0;
  failures: string[] = [];
  writes = { v1: 0, v2: 0 };

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  /** Starts it in a folder that has the packed SDK installed. */
  static async start(
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<ParcelsService> {
    const file = join(folder, 'service.mjs');
    await copyFile('test/fixtures/thirty-line-service.mjs', file);
    const port = await freePort();
    const child = spawn(process.execPath, [file], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: inheritedEnvironment({ ...environment, PORT: String(port) }),
    });
    const service = await ParcelsService.at(port, child);
    service.resume();
    return service;
  }

  /** One that was started just now, once it answers; its customer has not come yet. */
  static async at(port: number, child: ChildProcess): Promise<ParcelsService> {
    const service = new ParcelsService(child, `http://127.0.0.1:${port}`);
    await Promise.race([service.#answers(), once(child, 'exit')]);
    return service;
  }

  /** The last acknowledged weight of each parcel that was written. */
  get written(): ReadonlyMap<number, number> {
    return this.#written;
  }

  /** The customer comes back. */
  resume(): void {
    this.#stopped = false;
    this.#running = this.#customer();
  }

  /** Resolves when so many more requests have been answered. */
  async answered(more: number): Promise<void> {
    const until = this.#visits + more;
    while (this.#visits < until) await sleep(pauseMs);
  }

  /** The side that a write of the depot is made on at this moment. */
  async sideOf(depot: number): Promise<'v1' | 'v2'> {
    return this.#write(parcels + (depot === 0 ? depots : depot), 1);
  }

  /** No more requests; the service itself goes on. */
  async rest(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async stop(): Promise<void> {
    await this.rest();
    await endChild(this.#child, 5_000);
  }

  async #answers(): Promise<void> {
    const answers = (): Promise<boolean> =>
      fetch(`${this.#url}/depot-1/1`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await answers())) await sleep(50);
  }

  async #customer(): Promise<void> {
    for (let turn = 1; !this.#stopped; turn += 1) {
      const id = 1 + ((turn * 7) % parcels);
      const grams = turn % 3 === 0 ? turn : null;
      await this.#visit(id, grams).catch((error: unknown) => this.failures.push(String(error)));
      this.#visits += 1;
      await sleep(pauseMs);
    }
  }

  async #visit(id: number, grams: number | null): Promise<void> {
    if (grams !== null) this.writes[await this.#write(id, grams)] += 1;
    else await this.#ask(id);
  }

  /** Resolves with the side that acknowledged it. */
  async #write(id: number, grams: number): Promise<'v1' | 'v2'> {
    const { v } = await this.#ask(id, { method: 'PUT', body: JSON.stringify(grams) });
    this.#written.set(id, grams);
    return v === 2 ? 'v2' : 'v1';
  }

  async #ask(id: number, init: RequestInit = {}): Promise<{ v?: number }> {
    const response = await fetch(`${this.#url}/depot-${id % depots}/${id}`, init);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { v?: number };
  }
}
