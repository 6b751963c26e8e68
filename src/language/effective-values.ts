import type { Policy } from '../core/policy/policy.ts';
import { stepName } from '../core/policy/step.ts';
import { writtenDuration, writtenKey } from '../core/policy/written-value.ts';
import { fieldsOf } from './resolve/note-entry.ts';
import type { EffectiveValue } from '../core/protocol/document-view.ts';

/** Of these each entry is a value, by its own name, without what is built in: that stands by itself. */
const lists: Readonly<Record<string, (entry: never, index: number) => string>> = {
  steps: (step: Policy['steps'][number], index) => `${index + 1} ${stepName(step)}`,
  guards: ({ name }: Policy['guards'][number]) => name,
  rings: ({ name }: Policy['rings'][number]) => name,
  statements: (_: object, index) => String(index + 1),
};

/** What a person does not write: it is what makes the policy this policy. */
const notWritten = new Set(['name', 'project', 'revision']);

/**
 * Every value of a resolved policy with where it comes from. `origins` knows the paths of the language; what
 * it has no word of stands under its nearest path above, else in the policy itself.
 */
export function effectiveValues(
  policy: Policy,
  origins: ReadonlyMap<string, string>,
): readonly EffectiveValue[] {
  return Object.entries(policy)
    .filter(([key]) => !notWritten.has(key))
    .flatMap(([key, value]) => {
      const named = lists[key];
      if (named !== undefined && Array.isArray(value)) return entriesOf(key, value, named, origins);
      return valuesAt(key, value).map((one) => ({ ...one, origin: originOf(one.path, origins) }));
    });
}

type Value = Omit<EffectiveValue, 'origin'>;

function valuesAt(key: string, value: unknown): readonly Value[] {
  if (key === 'services') {
    return (value as Policy['services']).map(({ name, atLeast }) => {
      return { path: `services.${name}.atLeast`, value: atLeast };
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: writtenKey(key), value: writtenAt(key, value) }];
  }
  if (key === 'schemaMigration') return operationsOf(value as Policy['schemaMigration']);
  return Object.entries(value).flatMap(([part, inner]) =>
    valuesAt(part, inner).map((one) => ({ ...one, path: `${writtenKey(key)}.${one.path}` })),
  );
}

/** Each entry with what it says, then what it leaves out; a part of a value by itself where it alone is left out. */
function entriesOf(
  key: string,
  entries: readonly unknown[],
  named: (entry: never, index: number) => string,
  origins: ReadonlyMap<string, string>,
): readonly EffectiveValue[] {
  return entries.flatMap((entry, index) => {
    const at = `${key}.${index}`;
    const path = `${key}.${named(entry as never, index)}`;
    const origin = originOf(at, origins);
    const said: Record<string, unknown> = {};
    const leftOut: EffectiveValue[] = [];
    const put = (into: Record<string, unknown>, under: string, name: string, value: unknown) => {
      const other = origins.get(`${at}.${under}${name}`);
      if (other === undefined) into[name] = value;
      else if (value !== null)
        leftOut.push({ path: `${path}.${under}${name}`, value, origin: other });
    };
    for (const [name, value] of fieldsOf(withoutName(entry))) {
      const parts = fieldsOf(value);
      if (!parts.some(([part]) => origins.has(`${at}.${name}.${part}`))) {
        put(said, '', name, shownAs(name, entry, value));
        continue;
      }
      const whole: Record<string, unknown> = {};
      for (const [part, inner] of parts) put(whole, `${name}.`, part, shownAs(part, value, inner));
      said[name] = whole;
    }
    return [{ path, value: said, origin }, ...leftOut];
  });
}

/** A value under the name that people write, in their words. */
function shownAs(name: string, of: unknown, value: unknown): unknown {
  const isDuration = typeof of === 'object' && of !== null && `${name}Ms` in of;
  const parts = Array.isArray(value) ? fieldsOf(value) : [];
  if (parts.length > 0) return written(Object.fromEntries(parts));
  return writtenAt(isDuration ? `${name}Ms` : name, value);
}

function operationsOf({ name, operations }: Policy['schemaMigration']): readonly Value[] {
  return [
    { path: 'schemaMigration.name', value: name },
    ...operations.map(({ operation, ...rest }, index) => ({
      path: `schemaMigration.${index + 1} ${operation}`,
      value: written(rest),
    })),
  ];
}

function withoutName(entry: unknown): unknown {
  const { name: _, ...rest } = entry as { name?: string };
  return rest;
}

/** In the language's own words: `bakeMs: 600000` is written `bake: 10m`. */
function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [writtenKey(key), writtenAt(key, inner)]),
  );
}

function writtenAt(key: string, value: unknown): unknown {
  return key.endsWith('Ms') && typeof value === 'number' ? writtenDuration(value) : written(value);
}

function originOf(path: string, origins: ReadonlyMap<string, string>): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return 'policy';
}
