/** Longest event that is read; a stream that exceeds it is no stream of ours. */
const longestEvent = 16 * 1024 * 1024;

/** Reads server-sent events from text that arrives in pieces of any size. */
export class SseParser {
  readonly #onEvent: (event: string, data: string) => void;
  #rest = '';
  #event = '';
  #data: string[] = [];
  #size = 0;

  constructor(onEvent: (event: string, data: string) => void) {
    this.#onEvent = onEvent;
  }

  /** False when the text exceeds what an event may hold. */
  push(text: string): boolean {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    return this.#size + this.#rest.length <= longestEvent;
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    // A line that begins with a colon is a comment: a sign of life.
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') {
      this.#data.push(value);
      this.#size += value.length;
    }
  }

  #dispatch(): void {
    const event = this.#event === '' ? 'message' : this.#event;
    const data = this.#data;
    this.#event = '';
    this.#data = [];
    this.#size = 0;
    if (data.length > 0) this.#onEvent(event, data.join('\n'));
  }
}
