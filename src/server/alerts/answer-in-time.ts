import { setTimeout as sleep } from 'node:timers/promises';
import { CrossfadeError } from '../../core/errors.ts';

/** Some senders of alerts have no deadline of their own, and tell nothing else while they wait. Milliseconds. */
const patienceMs = 5_000;

/**
 * The answer, or `unavailable` where the database hangs. What is under way then may still be written down: it is told
 * again, and is one row.
 */
export async function answerInTime<Answer>(
  work: Promise<Answer>,
  pause: (options: { signal: AbortSignal }) => Promise<unknown> = patience,
): Promise<Answer> {
  const over = new AbortController();
  try {
    return await Promise.race([work, pause(over).then(late)]);
  } finally {
    over.abort();
  }
}

function patience({ signal }: { signal: AbortSignal }): Promise<void> {
  return sleep(patienceMs, undefined, { signal, ref: false });
}

function late(): never {
  throw new CrossfadeError(
    'unavailable',
    'the alerts could not be written down in time; send again',
  );
}
