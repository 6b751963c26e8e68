import { CrossfadeError } from '../errors.ts';

/** PostgreSQL cuts longer names, counted in bytes. */
export const LONGEST_NAME = 63;

/** What stands around the bodies of functions that Crossfade makes, and would end them. */
const BODY_QUOTE = '$crossfade$';

/** What keeps a person's word from being a name as it stands; null for nothing. */
export function nameFault(name: string): string | null {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds a NUL';
  if (name.includes(BODY_QUOTE)) return `holds ${BODY_QUOTE}, which is reserved`;
  const bytes = bytesIn(name);
  return bytes > LONGEST_NAME ? `has ${bytes} bytes, and the server cuts it at 63` : null;
}

/**
 * Quotes a name that a person wrote, in the letters that it is written in.
 * @throws CrossfadeError `invalidInput` for a name that PostgreSQL would cut or cannot hold
 */
export function quoteIdentifier(name: string): string {
  const fault = nameFault(name);
  if (fault === null) return quoteExisting(name);
  throw new CrossfadeError('invalidInput', `"${name}" cannot be used as a name: it ${fault}.`);
}

/** How long a text is in UTF-8. */
export function bytesIn(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + bytesOf(letter), 0);
}

/** As many whole letters from the beginning as fit into so many bytes. */
export function cutTo(most: number, text: string): string {
  let [cut, size] = ['', 0];
  for (const letter of text) {
    size += bytesOf(letter);
    if (size > most) break;
    cut += letter;
  }
  return cut;
}

function bytesOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/**
 * ` Did you mean tenantId?`, where one of the names is the one that was asked for but for large letters and
 * underscores; else nothing.
 */
export function otherSpelling(asked: string, names: readonly string[]): string {
  const found = names.find((name) => name !== asked && spelling(name) === spelling(asked));
  return found === undefined ? '' : ` Did you mean ${found}?`;
}

/** What names have in common that are spelt differently. */
export const spelling = (name: string): string => name.toLowerCase().replaceAll('_', '');

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
  const base = cutTo(60, `${TRASH_PREFIX}${id}_${column}`);
  let name = base;
  for (let attempt = 2; taken.includes(name); attempt += 1) name = `${base}_${attempt}`;
  return name;
}

/** True for a column that some migration put aside: no version shows it. */
export function isTrash(column: string): boolean {
  return column.startsWith(TRASH_PREFIX);
}
