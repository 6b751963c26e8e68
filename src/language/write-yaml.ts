import { stringify } from 'yaml';

/** A value of plain JSON as YAML, keys in their order, nothing folded: what reads YAML reads it back the same. */
export function writeYaml(value: unknown): string {
  return stringify(value, { version: '1.2', lineWidth: 0, aliasDuplicateObjects: false });
}
