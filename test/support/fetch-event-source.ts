/** A browser's `EventSource`, as far as OFREP's web provider uses it. Node has none of its own. */
export class FetchEventSource extends EventTarget {
  readonly #abort = new AbortController();
  readonly #url: string;
  #lastEventId: string | null = null;
  /** 0 connecting, 1 open, 2 closed. */
  readyState = 0;

  constructor(url: string) {
    super();
    this.#url = url;
    void this.#follow();
  }

  close(): void {
    this.readyState = 2;
    this.#abort.abort();
  }

  async #follow(): Promise<void> {
    while (this.readyState !== 2) {
      try {
        await this.#connect();
      } catch {
        // The server is away, or this was closed.
      }
      if (this.readyState === 1) this.readyState = 0;
      this.dispatchEvent(new Event('error'));
      if (this.readyState === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #connect(): Promise<void> {
    const headers = this.#lastEventId === null ? {} : { 'last-event-id': this.#lastEventId };
    const response = await fetch(this.#url, { headers, signal: this.#abort.signal });
    if (response.status !== 200) {
      // As browsers do: this address will never work.
      this.readyState = 2;
      return;
    }
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.#tell(event);
    }
  }

  #tell(event: string): void {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1];
    this.#lastEventId = field('id') ?? this.#lastEventId;
    const data = field('data');
    if (data !== undefined) {
      this.dispatchEvent(new MessageEvent(field('event') ?? 'message', { data }));
    }
  }
}
