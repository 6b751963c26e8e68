/** Something that came out otherwise than it was stored. `where` is a path such as `measurements.0.verdict`. */
export interface Difference {
  readonly where: string;
  readonly stored: unknown;
  readonly replayed: unknown;
}

/** As it would be read back: what was never written, such as an absent field, is not there. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Every place where two JSON values differ; numbers are compared bit by bit, keys in any order. */
export function differencesOf(
  stored: unknown,
  replayed: unknown,
  where = '',
): readonly Difference[] {
  if (isObject(stored) && isObject(replayed)) {
    const keys = new Set([...Object.keys(stored), ...Object.keys(replayed)]);
    return [...keys].flatMap((key) =>
      differencesOf(stored[key], replayed[key], where === '' ? key : `${where}.${key}`),
    );
  }
  return Object.is(stored, replayed) ? [] : [{ where, stored, replayed }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
