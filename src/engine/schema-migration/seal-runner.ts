import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { StepwiseRunner } from './stepwise-runner.ts';

/** Stands before contract: what is to hold from then on holds for every row when the old shape goes. */
export class SealRunner implements JobRunner {
  readonly #steps: StepwiseRunner;
  readonly #contract: JobRunner;

  constructor(steps: StepwiseRunner, contract: JobRunner) {
    this.#steps = steps;
    this.#contract = contract;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    // Without a backfill nobody has built the indexes yet.
    const index = await this.#steps.rest(turn, 'index');
    const end = index ?? (await this.#steps.rest(turn, 'seal'));
    return end ?? this.#contract.run(turn);
  }
}
