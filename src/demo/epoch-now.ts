/**
 * Epoch milliseconds with a fraction, monotone within a process. All processes of the demo run on
 * one machine, so their readings can be compared.
 */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}
