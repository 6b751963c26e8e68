/**
 * `work`, done once for each object and then known for as long as the object lives. A memo of what the
 * object itself says, so it changes no result; the object must never be changed.
 */
export function remembered<Known extends object, Result>(
  work: (known: Known) => Result,
): (known: Known) => Result {
  const results = new WeakMap<Known, { readonly result: Result }>();
  return (known) => {
    const before = results.get(known);
    if (before !== undefined) return before.result;
    const result = work(known);
    results.set(known, { result });
    return result;
  };
}
