/** The only source of time. Database time plus an offset that tests move; leases use it too. */
export abstract class Clock {
  /** Epoch milliseconds. */
  abstract now(): Promise<number>;
}
