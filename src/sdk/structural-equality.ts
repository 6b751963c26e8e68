/** Deeper than any answer; beyond it two values count as different rather than blow the stack. */
const deepest = 200;

/**
 * Whether two values have the same structure. Fields decide, not classes: an entity of the old shape
 * equals one of the new shape. A field that is undefined equals one that is absent; null equals
 * neither. Dates compare by time, buffers by bytes, maps and sets without order, NaN equals NaN.
 */
export function isStructurallyEqual(a: unknown, b: unknown): boolean {
  return new Equality().isEqual(a, b, 0);
}

/** Whether the same items stand in both lists, in whatever order. */
export function isSameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && new Equality().isPairing(a, b, 0);
}

class Equality {
  /** Pairs already seen. One that is still being compared counts as equal: so cycles end. */
  readonly #known = new Map<object, Map<object, boolean>>();

  isEqual(a: unknown, b: unknown, depth: number): boolean {
    if (a === b) return true;
    if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) && Number.isNaN(b);
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (depth > deepest) return false;
    const known = this.#known.get(a) ?? new Map<object, boolean>();
    const answer = known.get(b);
    if (answer !== undefined) return answer;
    this.#known.set(a, known.set(b, true));
    const equal = this.#isEqualObject(a, b, depth);
    known.set(b, equal);
    return equal;
  }

  /** Whether each item of `a` has an equal of its own in `b`. */
  isPairing(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
    const left = new Map<string, unknown[]>();
    for (const item of b) {
      const sketch = sketchOf(item);
      const alike = left.get(sketch);
      if (alike === undefined) left.set(sketch, [item]);
      else alike.push(item);
    }
    return a.every((item) => {
      const alike = left.get(sketchOf(item)) ?? [];
      const at = alike.findIndex((candidate) => this.isEqual(item, candidate, depth + 1));
      if (at >= 0) alike.splice(at, 1);
      return at >= 0;
    });
  }

  #isEqualObject(a: object, b: object, depth: number): boolean {
    if (kindOf(a) !== kindOf(b)) return false;
    if (a instanceof Date && b instanceof Date)
      return this.isEqual(a.getTime(), b.getTime(), depth);
    if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return bytesOf(a).equals(bytesOf(b));
    if (a instanceof Map && b instanceof Map) return this.#isEqualBag([...a], [...b], depth);
    if (a instanceof Set && b instanceof Set) return this.#isEqualBag([...a], [...b], depth);
    if (Array.isArray(a) && Array.isArray(b)) return this.#isEqualList(a, b, depth);
    return this.#isEqualRecord(a, b, depth);
  }

  #isEqualBag(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
    return a.length === b.length && this.isPairing(a, b, depth);
  }

  #isEqualList(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
    return a.length === b.length && a.every((item, at) => this.isEqual(item, b[at], depth + 1));
  }

  #isEqualRecord(a: object, b: object, depth: number): boolean {
    const left = fieldsOf(a);
    const right = fieldsOf(b);
    if (left.size !== right.size) return false;
    for (const [field, value] of left) {
      if (!right.has(field) || !this.isEqual(value, right.get(field), depth + 1)) return false;
    }
    return true;
  }
}

function kindOf(value: object): string {
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  return ArrayBuffer.isView(value) ? 'bytes' : 'record';
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function fieldsOf(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}

/** Equal values have equal sketches, so that only few candidates are compared in full. */
function sketchOf(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) {
    return value === 0 ? 'number 0' : `${typeof value} ${String(value)}`;
  }
  const kind = kindOf(value);
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (depth > 1) return kind;
  if (Array.isArray(value)) return `[${value.map((item) => sketchOf(item, depth + 1)).join()}]`;
  if (kind !== 'record') return kind;
  const fields = [...fieldsOf(value)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([field, item]) => `${field}:${sketchOf(item, depth + 1)}`).join()}}`;
}
