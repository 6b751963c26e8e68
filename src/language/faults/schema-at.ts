import type { $ZodType, $ZodTypes } from 'zod/v4/core';

import type { Path } from '../source/located.ts';

/** The schema that judges the value at `path` below `schema`; null where none does. */
export function schemaAt(schema: $ZodType, path: Path): $ZodType | null {
  let found: $ZodType | null = bare(schema);
  for (const part of path) {
    if (found === null) return null;
    found = below(found, part);
  }
  return found;
}

/** The keys that a mapping at this place may have; empty for anything else. */
export function keysOf(schema: $ZodType | null): readonly string[] {
  const def = schema === null ? null : (schema as $ZodTypes)._zod.def;
  return def?.type === 'object' ? Object.keys(def.shape) : [];
}

/** The branches of a union; empty for anything else. */
export function branchesOf(schema: $ZodType | null): readonly $ZodType[] {
  const def = schema === null ? null : (schema as $ZodTypes)._zod.def;
  return def?.type === 'union' ? def.options : [];
}

function below(schema: $ZodType, part: string | number): $ZodType | null {
  const def = (schema as $ZodTypes)._zod.def;
  if (def.type === 'array') return bare(def.element);
  if (def.type === 'record') return bare(def.valueType);
  if (def.type !== 'object' || typeof part !== 'string') return null;
  const next = Object.hasOwn(def.shape, part) ? def.shape[part] : undefined;
  return next === undefined ? null : bare(next);
}

/** Without what only wraps it. */
function bare(schema: $ZodType): $ZodType {
  const def = (schema as $ZodTypes)._zod.def;
  if (def.type === 'optional') return bare(def.innerType);
  return def.type === 'pipe' ? bare(def.in) : schema;
}
