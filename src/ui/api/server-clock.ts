let offset = 0;

/** Keeps what the server's clock said: ages and countdowns do not trust the browser's. */
export function noteServerTime(now: number): void {
  offset = now - Date.now();
}

/** What must be added to the browser's clock, in milliseconds. */
export function serverOffset(): number {
  return offset;
}
