import { isStructurallyEqual } from './structural-equality.ts';

/** Enough to see what is wrong; a list of rows may differ in all of them. */
const mostFields = 5;
const deepest = 8;

/**
 * Where two answers differ, as paths such as `[0].birthdate`; never what stands there, which may be
 * personal. Empty where they differ as a whole.
 */
export function differingFields(old: unknown, fresh: unknown): readonly string[] {
  const paths: string[] = [];
  collect(old, fresh, '', paths);
  return paths.filter((path) => path !== '');
}

function collect(old: unknown, fresh: unknown, path: string, paths: string[]): void {
  if (paths.length >= mostFields || isStructurallyEqual(old, fresh)) return;
  const depth = path.split(/[.[]/).length;
  if (!isParted(old) || !isParted(fresh) || depth > deepest) {
    paths.push(path);
    return;
  }
  for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
    const [a, b] = [Reflect.get(old, key), Reflect.get(fresh, key)] as [unknown, unknown];
    collect(a, b, pathTo(path, key, Array.isArray(old)), paths);
  }
}

function pathTo(path: string, key: string, isItem: boolean): string {
  if (isItem) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** What is compared field by field or item by item. */
function isParted(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof Date) return false;
  return !(value instanceof Map) && !(value instanceof Set) && !ArrayBuffer.isView(value);
}
