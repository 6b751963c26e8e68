import { AsyncLocalStorage } from 'node:async_hooks';
import { CrossfadeError } from '../core/errors.ts';
import type { OperationKind } from '../core/protocol/evidence.ts';
import type { Side } from '../core/protocol/route.ts';
import { stageOfSide } from '../core/stage/stage-of-unit.ts';
import { attempt, outcomeOf } from './attempt.ts';
import { Crossfade } from './crossfade.ts';
import type { CrossfadeStatus, Migration, ReadCall, UnitId, WriteCall } from './crossfade.ts';
import { differenceOf } from './difference.ts';
import { isClientError } from './not-an-error.ts';
import { attach, detach } from './process-client.ts';
import { systemTiming } from './timing.ts';

/** One operation that a test made. */
export interface TestedOperation {
  readonly migration: string;
  readonly operation: OperationKind;
  readonly side: Side;
  /** Undefined where it belonged to none. */
  readonly unit: string | undefined;
}

interface TestedScope {
  readonly unit?: string | undefined;
  readonly inTransaction?: true;
}

/**
 * Crossfade in a test of the application: no network, no timers, every migration on the side that the
 * test says, old where it says none. It also serves `migration(name)`, until it is closed or a newer
 * client comes.
 */
export class CrossfadeTesting extends Crossfade {
  readonly #sides = new Map<string, Side>();
  readonly #scopes = new AsyncLocalStorage<TestedScope>();
  readonly #declared = new Set<string>();
  readonly #operations: TestedOperation[] = [];
  #compares = false;

  private constructor() {
    super();
    attach(this);
  }

  /** A client that serves one migration by one side; `force` says so for others. */
  static forced(migration: string, side: Side): CrossfadeTesting {
    return new CrossfadeTesting().force(migration, side);
  }

  /** From now on, for every unit. */
  force(migration: string, side: Side): this {
    this.#sides.set(migration, side);
    return this;
  }

  /**
   * From now on a pure read outside of a transaction runs on both sides, and rejects with `conflict`
   * when their answers differ: what shadow would find in production, found in a test.
   */
  comparing(): this {
    this.#compares = true;
    return this;
  }

  /** What was done so far, in the order in which it began. */
  get operations(): readonly TestedOperation[] {
    return [...this.#operations];
  }

  override migration<Result = unknown>(name: string): Migration<Result> {
    this.#declared.add(name);
    return {
      name,
      read: async (call) => this.#read(name, call),
      write: async (call) => this.#write(name, call),
    };
  }

  override withUnit<T>(unit: UnitId, work: () => T): T {
    const id = unit === null || unit === undefined || unit === '' ? undefined : String(unit);
    return this.#scopes.run({ ...this.#scopes.getStore(), unit: id }, work);
  }

  override async transaction<T>(work: () => T | PromiseLike<T>): Promise<T> {
    return this.#scopes.run({ ...this.#scopes.getStore(), inTransaction: true }, work);
  }

  override ready(): Promise<boolean> {
    return Promise.resolve(true);
  }

  override status(): CrossfadeStatus {
    const migrations = [...this.#declared].map((migration) => ({
      migration,
      revision: 1,
      known: true,
      stages: this.#stagesOf(migration),
      safeSide: 'old' as const,
      withoutUnit: {},
      mismatches: [],
      noise: 0,
      draining: 0,
    }));
    return { connected: true, instance: 'test', migrations };
  }

  override close(): Promise<void> {
    detach(this);
    return Promise.resolve();
  }

  async #read<T>(migration: string, call: ReadCall<T>): Promise<T> {
    const side = this.#note(migration, 'read');
    const isRepeatable = call.pure === true && this.#scopes.getStore()?.inTransaction !== true;
    if (!this.#compares || !isRepeatable) return call[side]();
    const [old, fresh] = [await made(call.old), await made(call.new)];
    const difference = differenceOf(old, fresh, call);
    if (difference === null) return outcomeOf(side === 'old' ? old : fresh);
    throw new CrossfadeError(
      'conflict',
      `the two sides of ${migration} answer differently (${difference}): old ${shown(old)}, new ${shown(fresh)}`,
    );
  }

  async #write<T>(migration: string, call: WriteCall<T>): Promise<T> {
    return call[this.#note(migration, 'write')]();
  }

  #note(migration: string, operation: OperationKind): Side {
    const side = this.#sides.get(migration) ?? 'old';
    this.#operations.push({ migration, operation, side, unit: this.#scopes.getStore()?.unit });
    return side;
  }

  #stagesOf(migration: string): CrossfadeStatus['migrations'][number]['stages'] {
    const stages = { off: 0, dualwrite: 0, shadow: 0, live: 0, rampdown: 0, complete: 0 };
    for (const operation of this.#operations) {
      if (operation.migration === migration) stages[stageOfSide(operation.side)] += 1;
    }
    return stages;
  }
}

function made<T>(run: () => T | PromiseLike<T>): ReturnType<typeof attempt<T>> {
  return attempt(run, systemTiming, isClientError);
}

function shown(of: Awaited<ReturnType<typeof made>>): string {
  return of.ok ? (JSON.stringify(of.value) ?? 'undefined') : String(of.error);
}
