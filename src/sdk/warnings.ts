/** Tells the application what is wrong, once for each matter, and never fails because of it. */
export class Warnings {
  readonly #told = new Set<string>();
  readonly #onWarning: (message: string) => void;

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning;
  }

  /** `matter` names what the warning is about; the second warning about it is not told. */
  once(matter: string, message: string): void {
    if (this.#told.has(matter)) return;
    this.#told.add(matter);
    try {
      this.#onWarning(message);
    } catch {
      // A broken logger of the application is not ours to report.
    }
  }

  /** The matter is settled: when it comes back, it is told again. */
  settled(matter: string): void {
    this.#told.delete(matter);
  }
}

/** The default: a Node warning of its own kind, which a process can silence or collect. */
export function emitWarning(message: string): void {
  process.emitWarning(message, 'CrossfadeWarning');
}
