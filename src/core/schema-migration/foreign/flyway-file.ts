import { crc32, utf8 } from './crc32.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';

const NAME = /^(?:V([0-9][0-9._]*)|R)__(.+)\.sql$/;

/**
 * A file of Flyway's by its name, `V1.2__add_birthdate.sql` or `R__views.sql`; null for any other. One
 * that is run again has no version, and is known by its description.
 */
export function flywayFile({ name, text }: ForeignFile): readonly ForeignMigration[] | null {
  const script = name.slice(name.lastIndexOf('/') + 1);
  const found = NAME.exec(script);
  if (found === null) return null;
  const [, written, words = ''] = found;
  const version = written === undefined ? null : written.replaceAll('_', '.');
  const description = words.replaceAll('_', ' ');
  // In what is run again, placeholders are filled in before the sum is made.
  const isUnknown = version === null && text.includes('${');
  return [
    {
      tool: 'flyway',
      key: flywayKey(version, description),
      version,
      description,
      script,
      sum: isUnknown ? null : { kind: 'crc32', value: flywaySum(text) },
      sql: text,
      refusal: text.includes('${') ? 'it holds a placeholder, which only Flyway fills in' : null,
      order: version === null ? [Number.MAX_SAFE_INTEGER] : version.split('.').map(Number),
    },
  ];
}

/** Flyway takes 1.02 and 1.2.0 for the same version. */
export function flywayKey(version: string | null, description: string): string {
  if (version === null) return `R ${description}`;
  const parts = version.split(/[._]/).map(Number);
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return `V ${parts.join('.')}`;
}

/** Flyway's sum: CRC-32 over the lines without their ends and without a byte order mark, signed. */
export function flywaySum(text: string): number {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return lines.reduce((sum, line) => crc32(utf8(line), sum), 0) | 0;
}
