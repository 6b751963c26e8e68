import type { Policy } from '../core/policy/policy.ts';
import { stepName } from '../core/policy/step.ts';
import type { EffectiveValue } from '../core/protocol/document-view.ts';

/** Of these each entry is one value, by its own name: a guard is read as a whole. */
const lists: Readonly<Record<string, (entry: never, index: number) => string>> = {
  steps: (step: Policy['steps'][number], index) => `${index + 1} ${stepName(step)}`,
  guards: ({ name }: Policy['guards'][number]) => name,
  rings: ({ name }: Policy['rings'][number]) => name,
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
    .flatMap(([key, value]) => valuesAt(key, value))
    .map(({ path, value }) => ({ path, value, origin: originOf(path, origins) }));
}

type Value = Omit<EffectiveValue, 'origin'>;

function valuesAt(key: string, value: unknown): readonly Value[] {
  const named = lists[key];
  if (named !== undefined && Array.isArray(value)) {
    return value.map((entry, index) => ({
      path: `${key}.${named(entry as never, index)}`,
      value: written(withoutName(entry)),
    }));
  }
  if (key === 'services') {
    return (value as Policy['services']).map(({ name, atLeast }) => {
      return { path: `services.${name}.atLeast`, value: atLeast };
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: plain(key), value: writtenAt(key, value) }];
  }
  if (key === 'schemaMigration') return operationsOf(value as Policy['schemaMigration']);
  return Object.entries(value).flatMap(([part, inner]) =>
    valuesAt(part, inner).map((one) => ({ ...one, path: `${plain(key)}.${one.path}` })),
  );
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
    Object.entries(value).map(([key, inner]) => [plain(key), writtenAt(key, inner)]),
  );
}

function writtenAt(key: string, value: unknown): unknown {
  return key.endsWith('Ms') && typeof value === 'number' ? duration(value) : written(value);
}

function plain(key: string): string {
  return key.endsWith('Ms') ? key.slice(0, -2) : key;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit that it is a whole number of. */
function duration(ms: number): string {
  const [unit, size] = units.find((one) => ms > 0 && ms % one[1] === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

function originOf(path: string, origins: ReadonlyMap<string, string>): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return 'policy';
}
