import { setTimeout as sleep } from 'node:timers/promises';

/** A tick answers a command within a moment; a person should not have to ask whether it was obeyed. */
const answerWithinMs = 2_000;
const lookEveryMs = 25;

/** The answer as soon as there is one; null when the time is over. */
export async function awaited<Answer>(look: () => Promise<Answer | null>): Promise<Answer | null> {
  for (let waited = 0; waited < answerWithinMs; waited += lookEveryMs) {
    const answer = await look();
    if (answer !== null) return answer;
    await sleep(lookEveryMs);
  }
  return null;
}
