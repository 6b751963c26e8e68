import type { Savepoint } from './crossfade.ts';

const name = 'crossfade_read';

/** A savepoint by whatever runs SQL in the transaction. Nested ones of the same name hide each other. */
export function savepointBy(run: (text: string) => Promise<unknown>): Savepoint {
  return async (work) => {
    await run(`SAVEPOINT ${name}`);
    try {
      const answer = await work();
      await run(`RELEASE SAVEPOINT ${name}`);
      return answer;
    } catch (error) {
      await run(`ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`);
      throw error;
    }
  };
}
