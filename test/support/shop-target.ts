import type pg from 'pg';
import type { Operation } from '../../src/core/schema-migration/operation.ts';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import type { JobKind, JobState } from '../../src/core/schema-migration/job.ts';
import { until } from './until.ts';
import { UsersTarget } from './users-target.ts';

/** A shop's tables, on which operations are tried; versions are `shop_v1` and `shop_v2`. */
const SHOP = `
  CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, "amountCents" integer DEFAULT 100,
    phone text, note text NOT NULL DEFAULT '');
  INSERT INTO orders SELECT n, 'c' || n % 10, n, CASE WHEN n % 3 > 0 THEN '+49 ' || n END, 'note ' || n
    FROM generate_series(1, 900) n`;

type Row = Readonly<Record<string, unknown>>;

/** One schema migration on a real shop, taken through its parts and seen through both versions. */
export class ShopTarget {
  readonly target: UsersTarget;
  readonly migration: SchemaMigration;
  readonly #app: pg.Client;

  private constructor(target: UsersTarget, migration: SchemaMigration, app: pg.Client) {
    this.target = target;
    this.migration = migration;
    this.#app = app;
  }

  static create(...operations: readonly Operation[]): Promise<ShopTarget> {
    return ShopTarget.on(SHOP, operations);
  }

  /** With other tables, and nothing on the shelves that is not made by `setup`. */
  static async on(
    setup: string,
    operations: readonly Operation[],
    server?: string,
    schema = 'public',
  ): Promise<ShopTarget> {
    const target = await UsersTarget.create(setup, server);
    const migration = {
      name: 'shop',
      from: 'shop_v1',
      to: 'shop_v2',
      schema,
      operations,
    };
    return new ShopTarget(target, migration, await target.application());
  }

  /** Takes the parts one after the other and says how the last one ended. */
  async run(...kinds: readonly [JobKind, ...JobKind[]]): Promise<JobState> {
    let last = await this.target.run(kinds[0], this.migration);
    for (const kind of kinds.slice(1)) {
      if (last.status !== 'done')
        throw new Error(`${last.kind} ${last.status}: ${last.reason ?? ''}`);
      last = await this.target.run(kind, this.migration);
    }
    return last;
  }

  /** Until something waits for a lock here, or the work is over, if that waits for nobody. */
  async untilSomebodyWaits(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const end = (): void => void (isOver = true);
    void work.then(end, end);
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => isOver || (await this.admin(sql)).length > 0);
  }

  /** As the application's role, without a search path. */
  async app(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#app.query<Row>(sql, [...values]);
    return rows;
  }

  async admin(sql: string): Promise<Row[]> {
    const { rows } = await this.target.admin.query<Row>(sql);
    return rows;
  }

  /** Names of the columns that a version shows. */
  async columns(view: string): Promise<readonly string[]> {
    const { fields } = await this.#app.query(`SELECT * FROM ${view} LIMIT 0`);
    return fields.map(({ name }) => name);
  }

  /** What is left when the time of put-aside columns is over. */
  async emptyTrash(): Promise<void> {
    const trash = await this.admin('SELECT table_name, trash_name FROM crossfade.trash');
    for (const { table_name: table, trash_name: name } of trash) {
      await this.admin(`ALTER TABLE public.${String(table)} DROP COLUMN "${String(name)}"`);
    }
  }

  async close(): Promise<void> {
    await this.target.close();
  }
}
