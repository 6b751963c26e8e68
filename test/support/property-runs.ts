/** Raised where there is time for more cases; see CONTRIBUTING. */
const factor = Number(process.env['CROSSFADE_TEST_PROPERTY_FACTOR'] ?? '1');

/** How many cases a property is held to, when `usual` are enough for every day. */
export function propertyRuns(usual: number): number {
  return Math.max(1, Math.round(usual * factor));
}
