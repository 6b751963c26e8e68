import type { Side, Stage } from '../core/protocol/route.ts';
import type { MismatchSample } from './comparison-log.ts';

/** A value or a promise of it. */
type Awaitable<T> = T | PromiseLike<T>;

/** Who is routed: a tenant's or a user's id. Nothing, and an empty text, is no unit. */
export type UnitId = string | number | null | undefined;

/**
 * Runs `work` so that its failure leaves the transaction around it usable; rejects with its error.
 * The entries for pg and TypeORM make one of a client or manager.
 */
export type Savepoint = <T>(work: () => Promise<T>) => Promise<T>;

/** A read that both shapes can answer. Both closures must return the same type. */
export interface ReadCall<T> {
  /**
   * True when the read changes nothing and may be repeated: then it can be compared with the other
   * side, and answered by the old side when the new one fails. Mark a database transaction around it
   * by `transaction`: in there it is not repeated, unless it has a `savepoint`.
   */
  readonly pure?: boolean;
  /**
   * For a pure read in a transaction: the new side runs in a savepoint, so the old side can answer in
   * the same transaction when it fails. It costs two statements, in `shadow` and `live`, on either
   * side alike: so the sides' durations can be compared.
   */
  readonly savepoint?: Savepoint;
  /**
   * How long it may take before it counts as failed, in milliseconds; for what is known to be slow on
   * either side. `Infinity`: as long as it likes. Default: the option `operationLimitMs`.
   */
  readonly limitMs?: number;
  readonly old: () => Awaitable<T>;
  readonly new: () => Awaitable<NoInfer<T>>;
  /** True when the two answers mean the same. Default: the same structure. */
  readonly compare?: (old: NoInfer<T>, fresh: NoInfer<T>) => boolean;
  /** Applied to both answers before they are compared, for what may differ harmlessly. */
  readonly normalise?: (value: NoInfer<T>) => unknown;
}

/** A write in either shape; exactly one of the closures runs. The database keeps the other in sync. */
export interface WriteCall<T> {
  /**
   * How long it may take before it counts as failed, in milliseconds; for what is known to be slow on
   * either side. `Infinity`: as long as it likes. Default: the option `operationLimitMs`.
   */
  readonly limitMs?: number;
  readonly old: () => Awaitable<T>;
  readonly new: () => Awaitable<NoInfer<T>>;
}

/** The application's hold on one migration. `Result` bounds what its reads may return. */
export interface Migration<Result = unknown> {
  readonly name: string;
  /** Resolves to the answer of the side that serves; rejects with that side's own error. */
  read<T extends Result>(call: ReadCall<T>): Promise<T>;
  /** As `read`; a write that fails or takes long is never tried on the other side. */
  write<T>(call: WriteCall<T>): Promise<T>;
}

/** What this process knows of one migration. */
export interface MigrationStatus {
  readonly migration: string;
  /** 0 before the first route arrived. */
  readonly revision: number;
  /** False when Crossfade answered and has no route by this name. */
  readonly known: boolean;
  /** Operations by the stage they ran in, since the process began. */
  readonly stages: Readonly<Record<Stage, number>>;
  readonly safeSide: Side;
  /** Operations that belonged to no unit, by the route they were part of; 100 routes at most. */
  readonly withoutUnit: Readonly<Record<string, number>>;
  /** The newest confirmed differences of the two sides, ten at most, without values. */
  readonly mismatches: readonly MismatchSample[];
  /** Comparisons that were thrown away because the serving side, read again, differed from itself. */
  readonly noise: number;
  /** Operations still running on the new side that were decided under an older revision. */
  readonly draining: number;
}

/** What `status` answers. */
export interface CrossfadeStatus {
  /** Whether Crossfade answered within the last three heartbeats. */
  readonly connected: boolean;
  readonly instance: string;
  readonly migrations: readonly MigrationStatus[];
}

/**
 * The application side of Crossfade; also the token by which it is injected. Nothing of it throws
 * because Crossfade is away.
 */
export abstract class Crossfade {
  /** Declares that this code implements both sides of a migration. Call it once, at start. */
  abstract migration<Result = unknown>(name: string): Migration<Result>;
  /**
   * Runs `work` for one unit. Within it each migration is decided once, so a request never sees two
   * shapes. Keep it as short as a request: a rollback has arrived when older scopes have ended.
   * `route` names the work where calls without a unit are counted, for example `GET /users`.
   */
  abstract withUnit<T>(unit: UnitId, work: () => T, route?: string): T;
  /**
   * Runs `work`, which holds one database transaction, for the unit of the scope around it. The sides
   * are decided before it begins and hold to its end. A pure read in it is neither compared nor
   * answered by the other side: its transaction may see what nobody else sees, and a statement that
   * failed has ended it. One within another is part of it.
   */
  abstract transaction<T>(work: () => Awaitable<T>): Promise<T>;
  /** True on the first contact, false after `timeoutMs` (default 5 s). Never required, never rejects. */
  abstract ready(timeoutMs?: number): Promise<boolean>;
  abstract status(): CrossfadeStatus;
  /** Sends what was counted and says that this instance leaves. Afterwards the safe side serves. */
  abstract close(): Promise<void>;
}
