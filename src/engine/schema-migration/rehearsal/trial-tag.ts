/** Eight letters or digits that no other trial has at this time. */
export function trialTag(): string {
  return Math.random().toString(36).slice(2, 10).padEnd(8, '0');
}
