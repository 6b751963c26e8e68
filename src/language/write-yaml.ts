import { parse, stringify } from 'yaml';

const written = { version: '1.2', lineWidth: 0, aliasDuplicateObjects: false } as const;

/** A value of plain JSON as YAML, keys in their order, nothing folded: what reads YAML reads it back the same. */
export function writeYaml(value: unknown): string {
  return stringify(value, written);
}

/** In one line, for a cell of a table. */
export function writeYamlLine(value: unknown): string {
  const options = { ...written, collectionStyle: 'flow', flowCollectionPadding: true } as const;
  return stringify(value, options)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}

/**
 * A document without comments, its keys in the order of the alphabet: two that mean the same have the same
 * text. For documents that were read before; throws what the reader throws for any other.
 */
export function normalisedYaml(text: string): string {
  const value: unknown = parse(text, { maxAliasCount: 0 });
  return stringify(value, { ...written, sortMapEntries: true });
}
