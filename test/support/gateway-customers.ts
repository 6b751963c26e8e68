import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { depots } from './parcels.ts';

const atOnce = 4;
const pauseMs = 5;
const parcels = 400;

/** Who visits through a gateway without rest, and remembers each answer. */
export class GatewayCustomers {
  readonly #url: string;
  readonly #written = new Map<number, number>();
  readonly failures: string[] = [];
  /** Answers by the version of the application that gave them. */
  readonly answers = { v1: 0, v2: 0 };
  #running: Promise<unknown> = Promise.resolve();
  #resting = false;
  #strangers = 0;

  private constructor(url: string) {
    this.#url = url;
  }

  /** Comes as soon as the application answers. */
  static async come(url: string): Promise<GatewayCustomers> {
    const customers = new GatewayCustomers(url);
    while (!(await customers.#isOpen())) await sleep(50);
    customers.resume();
    return customers;
  }

  /** The last acknowledged weight of each parcel that was written. */
  get written(): ReadonlyMap<number, number> {
    return this.#written;
  }

  resume(): void {
    this.#resting = false;
    const visitors = Array.from({ length: atOnce }, (_, turn) => this.#visitor(turn));
    this.#running = Promise.all(visitors);
  }

  async rest(): Promise<void> {
    this.#resting = true;
    await this.#running;
  }

  /** Per depot the version that serves it at this moment. */
  async versions(): Promise<readonly string[]> {
    const asked = Array.from({ length: depots }, (_, depot) => this.#ask(`depot-${depot}`, 1));
    return (await Promise.all(asked)).map(({ by }) => by);
  }

  /** The versions that serve so many units whom nobody has asked about yet. */
  async strangers(count: number): Promise<readonly string[]> {
    const names = Array.from({ length: count }, () => `stranger-${(this.#strangers += 1)}`);
    return (await Promise.all(names.map((name) => this.#ask(name, 1)))).map(({ by }) => by);
  }

  async #isOpen(): Promise<boolean> {
    return this.#ask('depot-1', 1).then(
      () => true,
      () => false,
    );
  }

  /** Each visitor has parcels of its own, so that the last write of a parcel is known. */
  async #visitor(first: number): Promise<void> {
    for (let turn = 1; !this.#resting; turn += 1) {
      const id = 1 + ((first + turn * atOnce) % parcels);
      await this.#visit(id, turn).catch((error: unknown) => this.failures.push(String(error)));
      await sleep(pauseMs);
    }
  }

  async #visit(id: number, turn: number): Promise<void> {
    const depot = `depot-${id % depots}`;
    if (turn % 3 > 0) {
      this.answers[(await this.#ask(depot, id)).by] += 1;
      return;
    }
    const body = JSON.stringify(turn);
    this.answers[(await this.#ask(depot, id, { method: 'PUT', body })).by] += 1;
    this.#written.set(id, turn);
  }

  async #ask(depot: string, id: number, asked: Asked = {}): Promise<{ by: 'v1' | 'v2' }> {
    const { status, body } = await answerTo(`${this.#url}/${depot}/${id}`, asked);
    if (status !== 200) throw new Error(`${status} ${body}`);
    return JSON.parse(body) as { by: 'v1' | 'v2' };
  }
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
}

/** On a connection of its own: one that is kept may be closed by a reload just as it is used again. */
async function answerTo(
  url: string,
  { method = 'GET', body }: Asked,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const asking = request(url, { method, agent: false });
  asking.end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}
