import type { CDPSession, Page } from 'playwright-core';

/** What the page's main thread has computed, by the processor's clock: what else the machine does adds nothing. */
export class ProcessorTime {
  readonly #session: CDPSession;
  #before: number;

  private constructor(session: CDPSession, before: number) {
    this.#session = session;
    this.#before = before;
  }

  static async of(page: Page): Promise<ProcessorTime> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new ProcessorTime(session, await seconds(session));
  }

  /** Milliseconds since it was asked last, for each of so many interactions: with all that follows from them. */
  async since(interactions: number): Promise<number> {
    const now = await seconds(this.#session);
    const spent = now - this.#before;
    this.#before = now;
    return (1_000 * spent) / interactions;
  }
}

async function seconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}
