/** Where a value stands in a document: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** A plain value together with the offsets at which it and its parts are written. */
export interface Located {
  readonly value: unknown;
  /** Offset of the value's first character. */
  readonly at: number;
  /** Offset of the key that leads to it; equal to `at` for list items and the root. */
  readonly keyAt: number;
  readonly children: ReadonlyMap<string | number, Located>;
}

/** The deepest part of `path` that is really written. */
export function locate(root: Located, path: Path): Located {
  let found = root;
  for (const part of path) {
    const child = found.children.get(part);
    if (child === undefined) return found;
    found = child;
  }
  return found;
}

/** The value at `path`; undefined when nothing is written there. */
export function valueAt(root: Located, path: Path): unknown {
  let found: Located | undefined = root;
  for (const part of path) {
    found = found.children.get(part);
    if (found === undefined) return undefined;
  }
  return found.value;
}
