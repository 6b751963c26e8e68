import type { Side } from './route.ts';

/** What an instance runs of one migration, beside what stands. */
export interface InstanceMigration {
  readonly migration: string;
  /** 0 before its first. */
  readonly revision: number;
  /** The revision that stands; null when there is no route by that name. */
  readonly wanted: number | null;
  readonly safeSide: Side;
  /** Operations of older revisions that still run on the new side. */
  readonly draining: number;
}

/** One process of an application, as `GET /api/v1/instances` lists it. */
export interface ListedInstance {
  readonly service: string;
  readonly instance: string;
  /** Of the application's image, where it says so. */
  readonly version: string | null;
  /** What it asks by: `@crossfade/sdk`, `gateway`, or what a client calls itself. */
  readonly client: string | null;
  /**
   * How it is known what it runs. `confirmed`: it says so. `served`: Crossfade gave it to it, as to plain
   * clients that poll and to gateways.
   * `assumed`: nothing says so.
   */
  readonly level: 'confirmed' | 'served' | 'assumed';
  /** `silent`: no sign of life for three of its own intervals. `left`: it said that it goes. */
  readonly state: 'live' | 'silent' | 'left';
  /** Behind what stands, or silent while it may still serve: a rollback has not arrived there. */
  readonly straggler: boolean;
  /** Migrations whose two sides it knows; a plain client says nothing of that. */
  readonly migrations: readonly InstanceMigration[];
  /** Revision of all flags that a plain client holds; null where that is not known. */
  readonly flags: { readonly held: number | null; readonly stands: number } | null;
  /** Epoch milliseconds. */
  readonly lastSeenAt: number;
}

/** The answer of `GET /api/v1/instances`. */
export interface InstanceList {
  readonly instances: readonly ListedInstance[];
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
}

/** How often the clients of an application asked for a flag in one hour, and what they were told. */
export interface FlagUse {
  readonly environment: string;
  readonly app: string;
  /** Begin of the hour, epoch milliseconds. */
  readonly hour: number;
  readonly yes: number;
  readonly no: number;
  readonly variants: Readonly<Record<string, number>>;
}
