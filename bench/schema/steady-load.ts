import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Told } from './load-process.ts';
import type { Updated } from './steady-updates.ts';

/** Steady updates from a process of their own, from now until it is stopped. */
export class SteadyLoad {
  readonly #child: ChildProcess;

  constructor(updated: Updated) {
    this.#child = fork(new URL('load-process.ts', import.meta.url));
    this.#child.send({ begin: updated } satisfies Told);
  }

  /** The 99th percentile, in ms, of what was begun since the last call, when all of it has ended. */
  async p99(): Promise<number> {
    const answer = await this.#ask('p99');
    if (typeof answer !== 'object' || !('p99' in answer)) throw new TypeError('not an answer');
    return answer.p99;
  }

  async stop(): Promise<void> {
    try {
      await this.#ask('stop');
    } finally {
      this.#child.disconnect();
    }
  }

  /** One question at a time. Throws when an update has failed, or the process has. */
  async #ask(question: 'p99' | 'stop'): Promise<Answer> {
    const gone = new AbortController();
    const died = once(this.#child, 'exit', { signal: gone.signal }).then(() => {
      throw new Error('The process of the load has died.');
    });
    const answered = once(this.#child, 'message', { signal: gone.signal });
    this.#child.send(question satisfies Told);
    try {
      const [answer] = (await Promise.race([answered, died])) as [Answer];
      if (typeof answer === 'object' && 'fault' in answer) throw new Error(answer.fault);
      return answer;
    } finally {
      gone.abort();
      await Promise.allSettled([died, answered]);
    }
  }
}
