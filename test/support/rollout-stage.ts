import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import type { MortalCrossfade } from './mortal-crossfade.ts';
import { type Opened, opening } from './opened.ts';
import type { SteadyUsers } from './steady-users.ts';
import { openUsersServer, type UsersServer } from './users-server.ts';

const name = 'users-birthdate';
const deathWithinMs = 90_000;

/** What the kill tests play on: a server that can die, a target, and users who never rest. */
export class RolloutStage {
  readonly users: SteadyUsers;
  /** Where the server died, in order. */
  readonly kills: string[] = [];
  /** What was wrong with the data right after one of these deaths. */
  readonly wounds: string[] = [];
  /** Where the servers keep their state. */
  readonly stateUrl: string;
  readonly #server: MortalCrossfade;
  /** A second server on the same state, where there is one. */
  #twin: MortalCrossfade | null = null;
  readonly #target: pg.Pool;
  readonly #opened: Opened;
  /** The policy's text as it was applied last. */
  #policy = '';

  private constructor({ server, users, stateUrl }: UsersServer, target: pg.Pool, opened: Opened) {
    this.stateUrl = stateUrl;
    this.#server = server;
    this.users = users;
    this.#target = target;
    this.#opened = opened;
  }

  /** Everything but the rollout. `edit` changes the policy's text. */
  static set(
    edit = (policy: string): string => policy,
    dobOf?: (id: number, turn: number) => string,
  ): Promise<RolloutStage> {
    return opening(async (opened) => {
      const wanted = { prefix: 'crossfade-kill-', ...(dobOf === undefined ? {} : { dobOf }) };
      const served = await openUsersServer(opened, wanted);
      const pool = new pg.Pool({ connectionString: served.targetUrl, max: 2 });
      opened.keep(pool, (one) => one.end());
      pool.on('error', () => undefined);
      const stage = new RolloutStage(served, pool, opened);
      stage.#policy = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
      await stage.revise(edit);
      return stage;
    });
  }

  /** Applies the policy with its text changed; what runs already goes on by the revision before. */
  async revise(edit: (policy: string) => string): Promise<void> {
    this.#policy = edit(this.#policy);
    await this.#call('/apply', { files: [{ name: 'kill-policy.yaml', text: this.#policy }] });
  }

  /** Asks the rollout to go by the revision that was applied last. */
  async rebase(requestId: string): Promise<void> {
    await this.#call(`/rollouts/${name}/rebase`, { requestId });
  }

  /**
   * Starts the server once for each point and waits until it died there. Each time it is asked to do
   * what this is about, since it may have died before it heard of it. `look` sees what it left.
   */
  async dieAt(
    points: readonly string[],
    ask: Ask,
    look: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    for (const point of points) {
      await this.#server.stop();
      await this.#server.start(point);
      await this.#ask(ask);
      if (await this.#server.diedWithin(deathWithinMs)) this.kills.push(point);
      this.wounds.push(...(await this.#wounds()).map((wound) => `${point}: ${wound}`));
      await look();
    }
  }

  /** Lets the server live, started again if it has died. */
  async live(ask: Ask): Promise<void> {
    if (this.#server.dead) await this.#server.start();
    await this.#ask(ask);
  }

  /** Has a second server work on the same state from now on. */
  async addTwin(): Promise<void> {
    this.#twin = this.#opened.keep(await this.#server.beside(), (one) => one.stop());
    await this.#twin.start();
  }

  /** Kills the server, or its twin, at this moment, and starts it again. */
  async killNow(which: 'server' | 'twin'): Promise<void> {
    const victim = which === 'twin' ? this.#twin : this.#server;
    await victim?.kill();
    await victim?.start();
  }

  /** Kills the server at this moment. `look` sees what it left, before it is started again. */
  async diesNow(look: () => Promise<void>): Promise<void> {
    await this.#server.kill();
    await look();
    await this.#server.start();
  }

  /** Waits for a view that fulfils the condition. Throws when the rollout is paused on the way. */
  async until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    for (;;) {
      const view = (await this.#call(`/rollouts/${name}`).catch(() => null)) as RolloutView | null;
      if (view !== null && condition(view)) return view;
      if (view?.phase === 'paused') throw new Error(`paused: ${view.stop?.reason}`);
      await sleep(50);
    }
  }

  /** Rows of the target that a statement yields. */
  async select<Row extends object>(sql: string): Promise<readonly Row[]> {
    return (await this.#target.query<Row>(sql)).rows;
  }

  /** A session of somebody else on the target, for as long as `during` takes. */
  async beside<T>(sql: string, during: () => Promise<T>): Promise<T> {
    const client = await this.#target.connect();
    try {
      await client.query(sql);
      return await during();
    } finally {
      client.release(true);
    }
  }

  close(): Promise<void> {
    return this.#opened.close();
  }

  async #ask(ask: Ask): Promise<void> {
    const [path, body] =
      ask === 'start'
        ? ['/rollouts', { policy: name }]
        : [`/rollouts/${name}/commands`, { verb: ask, confirm: name, requestId: ask }];
    // It may have died at once, or know of it already.
    await this.#call(path, body).catch(() => undefined);
  }

  /** Rows that are missing, or hold two values that do not belong together. */
  async #wounds(): Promise<readonly string[]> {
    const [row] = await this.select<{ rows: number; torn: number }>(
      `SELECT count(*)::int AS rows, (count(*) FILTER (WHERE j ->> 'dob' <> j ->> 'birthdate'))::int AS torn
       FROM (SELECT to_jsonb(u) AS j FROM public.users u) whole`,
    );
    return [
      ...(row?.rows === 20_000 ? [] : [`${row?.rows} rows`]),
      ...(row?.torn === 0 ? [] : [`${row?.torn} rows are torn`]),
    ];
  }

  async #call(path: string, body?: unknown): Promise<unknown> {
    const { url } = this.#server.dead && this.#twin !== null ? this.#twin : this.#server;
    const response = await fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${await this.#server.token('admin')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

/** What the server is asked to do, as often as it takes. */
type Ask = 'start' | 'complete' | 'rollback';
