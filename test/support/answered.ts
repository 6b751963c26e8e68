import { setTimeout as sleep } from 'node:timers/promises';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks again until a tick has answered: on a busy machine one comes later than the server waits for it. What may
 * be carried out only once is asked with a `requestId`.
 */
export async function answered<One extends Answer>(ask: () => Promise<One>): Promise<One> {
  for (;;) {
    const answer = await ask();
    if ((answer.body as { readonly answered?: boolean } | null)?.answered !== false) return answer;
    // There is a limit to how often one may ask.
    await sleep(500);
  }
}
