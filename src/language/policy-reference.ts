import { kinds } from './document.ts';
import type { JsonSchema } from './policy-schema.ts';

/** Definitions that get a section of their own, in the order of the page. */
const parts = ['Operation', 'Guard', 'Step'] as const;

/** What stands above this line in `docs/policy-reference.md` is written by hand. */
export const referenceMarker =
  '<!-- below: generated from the schemas by scripts/write-policy-schema.mjs -->';

/** The generated part of `docs/policy-reference.md`: every key with its form, default and meaning. */
export function policyReference(schema: JsonSchema): string {
  const definitions = schema.definitions ?? {};
  const kindSections = kinds.map((kind) => {
    const definition = definitions[kind] ?? {};
    return section(kind, { ...definition.properties?.['spec'], ...described(definition) });
  });
  const partSections = parts.map((part) => section(part, definitions[part] ?? {}));
  return (
    [referenceMarker, ...kindSections, ...partSections, values(definitions), '']
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

function described({ description }: JsonSchema): JsonSchema {
  return description === undefined ? {} : { description };
}

function section(title: string, definition: JsonSchema): string {
  const description = definition.description ?? '';
  return `## ${title}\n\n${description}\n\n${branchTexts(definition).join('\n\n')}`;
}

/** One list of keys, or one below a heading for each form that the thing may take. */
function branchTexts(definition: JsonSchema): string[] {
  if (definition.anyOf === undefined) return [itemsOf(definition, '').join('\n')];
  return definition.anyOf
    .filter(({ properties }) => properties !== undefined)
    .map((branch) => `### ${branch.title ?? ''}\n\n${itemsOf(branch, '').join('\n')}`);
}

/** One list item per key below `schema`, nested keys indented. */
function itemsOf(schema: JsonSchema, indent: string): string[] {
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.flatMap((branch) => itemsOf(branch, indent)))];
  }
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
    `${indent}- ${itemText(key, property, required.has(key))}`,
    ...itemsOf(property.items ?? property, `${indent}  `),
  ]);
}

function itemText(key: string, property: JsonSchema, required: boolean): string {
  const form = formOf(property);
  const standing = required ? 'required' : fallbackText(property);
  const facts = [form, standing].filter((fact) => fact !== '').join('; ');
  return `\`${key}\` (${facts}): ${property.description ?? ''}`;
}

function fallbackText({ default: fallback }: JsonSchema): string {
  return fallback === undefined ? 'optional' : `default \`${written(fallback)}\``;
}

/** A default as it would be written in YAML's flow style. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${written(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function formOf(schema: JsonSchema): string {
  const reference = schema.$ref ?? schema.allOf?.find(({ $ref }) => $ref !== undefined)?.$ref;
  if (reference !== undefined) {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${written(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((word) => `\`${written(word)}\``).join(' or ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(formOf))].join(' or ');
  return plainForm(schema);
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'whole number',
  object: 'mapping',
  string: 'text',
  boolean: '`true` or `false`',
};

function plainForm({ type = '', items, additionalProperties, minimum }: JsonSchema): string {
  if (items !== undefined) return `list of ${formOf(items)}`;
  if (typeof additionalProperties === 'object') return `mapping to ${formOf(additionalProperties)}`;
  const least = minimum === undefined || minimum < -1e9 ? '' : `, at least ${minimum}`;
  return `${typeNames[type] ?? type}${least}`;
}

/** The written forms: definitions without keys of their own. */
function values(definitions: NonNullable<JsonSchema['definitions']>): string {
  const texts = Object.entries(definitions)
    .filter(([, definition]) => itemsOf(definition, '').length === 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { description = '' }]) => `### ${name}\n\n${description}`);
  return ['## Values', ...texts].join('\n\n');
}
