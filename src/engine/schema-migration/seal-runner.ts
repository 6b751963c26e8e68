import type { TargetDatabase } from '../ports/target-database.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { JobStore } from './job-store.ts';
import { noteStanding } from './restore/standing-store.ts';
import type { StepwiseRunner } from './stepwise-runner.ts';

/** Stands before contract: what is to hold from then on holds for every row when the old shape goes. */
export class SealRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #steps: StepwiseRunner;
  readonly #contract: JobRunner;

  constructor(
    database: TargetDatabase,
    store: JobStore,
    steps: StepwiseRunner,
    contract: JobRunner,
  ) {
    this.#database = database;
    this.#store = store;
    this.#steps = steps;
    this.#contract = contract;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    // Without a backfill nobody has built the indexes yet.
    const index = await this.#steps.rest(turn, 'index');
    if (index !== null) return index;
    await this.#database.transaction(async (session) => {
      await this.#store.enter(session, turn.job);
      await noteStanding(session, turn.job);
    });
    const end = await this.#steps.rest(turn, 'seal');
    return end ?? this.#contract.run(turn);
  }
}
