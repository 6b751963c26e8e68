/** What has been opened so far. It is closed in the reverse order, each part even where another cannot be. */
export class Opened {
  readonly #closing: (() => Promise<unknown>)[] = [];

  /** Notes how something that was just opened is closed. */
  keep<T>(one: T, close: (one: T) => Promise<unknown>): T {
    this.#closing.push(() => close(one));
    return one;
  }

  /** Throws what went wrong first, once all the rest is closed. */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.#closing.splice(0).toReversed()) {
      await close().catch((fault: unknown) => faults.push(fault));
    }
    if (faults.length > 0) throw faults[0];
  }
}

/** Opens something out of parts; where a part fails, those before it are closed again. */
export async function opening<T>(open: (opened: Opened) => Promise<T>): Promise<T> {
  const opened = new Opened();
  try {
    return await open(opened);
  } catch (fault) {
    await opened.close().catch(() => undefined);
    throw fault;
  }
}
