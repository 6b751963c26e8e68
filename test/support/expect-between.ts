import { expect } from '@jest/globals';

/** Expects a value that was worked out by hand, as exactly as a hand works. */
export function expectBetween(value: number | null, low: number, high: number): void {
  expect(value).toBeGreaterThan(low);
  expect(value).toBeLessThan(high);
}
