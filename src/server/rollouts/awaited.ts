import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A tick answers a command within a moment, on a busy machine within seconds; a person should not have to ask whether
 * it was obeyed. Well before the command line gives up.
 */
const answerWithinMs = 5_000;
const lookEveryMs = 25;

/** The answer as soon as there is one; null when the time is over. */
export async function awaited<Answer>(look: () => Promise<Answer | null>): Promise<Answer | null> {
  // By the clock: a look may itself take longer than the pause after it.
  for (const since = performance.now(); performance.now() - since < answerWithinMs;) {
    const answer = await look();
    if (answer !== null) return answer;
    await sleep(lookEveryMs);
  }
  return null;
}
