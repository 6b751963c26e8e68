/** Where progress is told: a terminal, or a file or pipe that gets plain lines. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Tells a person what happens. Events are lines that stay. On a terminal there is also one line at
 * the bottom that is written over; elsewhere that line and every escape code are left out.
 */
export class Progress {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #startedAt: number;
  #bottom = '';

  /** `startedAt` and `now` are in epoch milliseconds. */
  constructor(output: Output, startedAt: number, now: () => number) {
    this.#output = output;
    this.#startedAt = startedAt;
    this.#now = now;
  }

  /** A line without a time. */
  say(text: string): void {
    this.#line(text);
  }

  /** Something happened. */
  event(text: string): void {
    this.#line(`${this.#elapsed()}  ${text}`);
  }

  /** How things stand at this moment. */
  state(text: string): void {
    if (this.#output.isTTY !== true) return;
    this.#bottom = `${this.#elapsed()}  ${text}`.slice(0, (this.#output.columns ?? 80) - 1);
    this.#output.write(`\r\u001B[K${this.#bottom}`);
  }

  /** Takes the bottom line away. */
  end(): void {
    if (this.#bottom !== '') this.#output.write('\r\u001B[K');
    this.#bottom = '';
  }

  #line(text: string): void {
    const bottom = this.#bottom;
    this.end();
    this.#output.write(`${text}\n`);
    if (bottom === '') return;
    this.#bottom = bottom;
    this.#output.write(bottom);
  }

  #elapsed(): string {
    return `${((this.#now() - this.#startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }
}
