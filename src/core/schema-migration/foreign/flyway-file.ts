import { crc32, utf8 } from './crc32.ts';
import { versionNumbers } from './flyway-version.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';

/** Flyway parts version and words at the first two underscores. */
const NAME = /^(?:([VB])([0-9][0-9._]*?)|R)__(.+)\.sql$/;
const UNDO = /^U[0-9][0-9._]*__.*\.sql$/;
const CALLBACK =
  /^(?:(?:before|after)(?:Each)?(?:Migrate|Repeatables|Versioned|Undo|Clean|Validate|Baseline|Repair|Info|Connect|CreateSchema)[A-Za-z]*|createSchema)(?:__.*)?\.sql$/;

/** Behind every version. */
const LAST = [10n ** 100n];

/**
 * A file of Flyway's by its name, `V1.2__add_birthdate.sql` or `R__views.sql`; null for any other. One
 * that is run again has no version, and is known by its description.
 */
export function flywayFile({ name, text }: ForeignFile): readonly ForeignMigration[] | null {
  const script = baseName(name);
  const found = NAME.exec(script);
  if (found === null) return UNDO.test(script) ? [] : null;
  const [, letter, written, words = ''] = found;
  const isBaseline = letter === 'B';
  const version = written === undefined ? null : written.replaceAll('_', '.');
  const description = words.replaceAll('_', ' ');
  // In what is run again, placeholders are filled in before the sum is made.
  const isUnknown = version === null && text.includes('${');
  return [
    {
      tool: 'flyway',
      key: flywayKey({ version, description, isBaseline }),
      isBaseline,
      version,
      description,
      script,
      sum: isUnknown ? null : { kind: 'crc32', value: flywaySum(text) },
      valid: [],
      sql: text,
      refusal: isBaseline ? 'an empty database begins with it' : placeholderIn(text),
      order: version === null ? LAST : versionNumbers(version),
    },
  ];
}

/** True for SQL that Flyway calls before or after its work: `afterMigrate.sql`. */
export function isCallback(name: string): boolean {
  return CALLBACK.test(baseName(name));
}

/** Why nobody but Flyway can tell what a text says; null when anybody can. */
export function placeholderIn(text: string): string | null {
  return text.includes('${') ? 'it holds a placeholder, which only Flyway fills in' : null;
}

/** Flyway takes 1.02 and 1.2.0 for the same version. */
export function flywayKey(
  one: Pick<ForeignMigration, 'version' | 'description' | 'isBaseline'>,
): string {
  if (one.version === null) return `R ${one.description}`;
  const parts = [...versionNumbers(one.version)];
  while (parts.length > 1 && parts.at(-1) === 0n) parts.pop();
  return `${one.isBaseline ? 'B' : 'V'} ${parts.join('.')}`;
}

/** Flyway's sum: CRC-32 over the lines without their ends and without a byte order mark, signed. */
export function flywaySum(text: string): number {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return lines.reduce((sum, line) => crc32(utf8(line), sum), 0) | 0;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
