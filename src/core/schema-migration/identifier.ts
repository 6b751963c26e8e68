import { CrossfadeError } from '../errors.ts';

const PLAIN = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Quotes a name that a person wrote. The narrow rule leaves nothing to escape, and a name that
 * PostgreSQL would fold or cut never gets in.
 * @throws CrossfadeError `invalidInput` when the name breaks the rule
 */
export function quoteIdentifier(name: string): string {
  if (!PLAIN.test(name)) {
    throw new CrossfadeError(
      'invalidInput',
      `"${name}" cannot be used as a name: use lower-case letters, digits and underscores, ` +
        'start with a letter or underscore, and stay within 63 characters.',
    );
  }
  return `"${name}"`;
}

/** Quotes a name that the catalog reported, whatever characters it holds ("createdAt" is common). */
export function quoteExisting(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."name"`; the schema is a person's word, the name may be the catalog's. */
export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteExisting(name)}`;
}

/** A type as a column or a variable is declared with it; `collation` is quoted, null for the type's own. */
export function collatedType(type: string, collation: string | null): string {
  return collation === null ? type : `${type} COLLATE ${collation}`;
}

/** A text constant for DDL, which takes no parameters. */
export function quoteLiteral(text: string): string {
  const doubled = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${doubled.replaceAll('\\', '\\\\')}` : doubled;
}

/** Eight hex digits that tell operations apart in object names (32-bit FNV-1a over UTF-16 units). */
export function shortId(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

const TRASH_PREFIX = '_crossfade_';

/** The name of a column that was put aside; `taken` are names that exist already. */
export function trashName(id: string, column: string, taken: readonly string[]): string {
  const base = `${TRASH_PREFIX}${id}_${column}`.slice(0, 60);
  let name = base;
  for (let attempt = 2; taken.includes(name); attempt += 1) name = `${base}_${attempt}`;
  return name;
}

/** True for a column that some migration put aside: no version shows it. */
export function isTrash(column: string): boolean {
  return column.startsWith(TRASH_PREFIX);
}
