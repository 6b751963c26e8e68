import {
  canBePlanned,
  type OldStatement,
} from '../../core/schema-migration/trace/old-statements.ts';
import type { TraceSession } from './trace-script.ts';

/** A statement that worked, and does no more. */
export interface Broken extends OldStatement {
  /** What the server has against it now. */
  readonly fault: string;
}

/** What the version in use runs, and which of it the server still understands. */
export class OldVersion {
  readonly #session: TraceSession;
  #working: readonly OldStatement[] = [];
  #unknown = 0;

  constructor(session: TraceSession) {
    this.#session = session;
  }

  /** How many statements the server did not understand before anything changed. */
  get unknown(): number {
    return this.#unknown;
  }

  /** Takes what works now for what must go on working. */
  async begin(statements: readonly OldStatement[]): Promise<void> {
    const working: OldStatement[] = [];
    for (const one of statements) {
      const fault = canBePlanned(one.sql) ? await this.#plan(one.sql, false) : 'not to be planned';
      if (fault === null) working.push(one);
    }
    this.#unknown = statements.length - working.length;
    this.#working = working;
  }

  /**
   * What does not work any more since the last time.
   * @param isOpen whether a transaction is open, which goes on undisturbed
   */
  async broken(isOpen: boolean): Promise<readonly Broken[]> {
    const broken: Broken[] = [];
    for (const one of this.#working) {
      const fault = await this.#plan(one.sql, isOpen);
      if (fault !== null) broken.push({ ...one, fault });
    }
    this.#working = this.#working.filter(({ sql }) => !broken.some((one) => one.sql === sql));
    return broken;
  }

  /** What the server has against a statement; null when it understands it. Nothing is run. */
  async #plan(sql: string, isOpen: boolean): Promise<string | null> {
    if (isOpen) await this.#session.query('SAVEPOINT crossfade_trial');
    // Planning finds what parsing does not: an ON CONFLICT without its index.
    const fault = await this.#session.query(`EXPLAIN (GENERIC_PLAN) ${sql}`).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (isOpen) await this.#session.query('ROLLBACK TO crossfade_trial; RELEASE crossfade_trial');
    return fault;
  }
}
