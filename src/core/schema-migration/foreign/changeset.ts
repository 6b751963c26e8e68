import { CrossfadeError } from '../../errors.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';

const FIRST = /^\s*--\s*liquibase formatted sql\b/i;
const CHANGESET = /^\s*--\s*changeset\s+(.*)$/i;
const NAMED = /^(?:"([^"]+)"|([^\s:"]+)):(?:"([^"]+)"|(\S+))\s*(.*)$/;
/** Lines that say something about a changeset and are no part of it. */
const ABOUT =
  /^\s*--\s*(rollback\b|comment:?\s|preconditions?\b|precondition-|validchecksum\b|labels\b|property\b|ignorelines\b)/i;
/** Changes how the text is taken apart, or whether it is run at all. */
const UNKNOWN =
  /\b(stripComments|endDelimiter|splitStatements|dbms|context|contextFilter|labels|runInTransaction|failOnError)\s*:/i;

/** The changesets of a formatted SQL changelog, in their order; null for a file that is none. */
export function changesets({ name, text }: ForeignFile): readonly ForeignMigration[] | null {
  if (!FIRST.test(text.replace(/^\uFEFF/, ''))) return null;
  const found: { head: string; lines: string[] }[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const head = CHANGESET.exec(line)?.[1];
    if (head !== undefined) found.push({ head, lines: [] });
    else if (!ABOUT.test(line)) found.at(-1)?.lines.push(line);
  }
  return found.map(({ head, lines }, at) => changeset(name, head, lines.join('\n').trim(), at));
}

function changeset(file: string, head: string, sql: string, at: number): ForeignMigration {
  const [, quoted, bare, quotedId, bareId, rest = ''] = NAMED.exec(head) ?? [];
  const [author, id] = [quoted ?? bare, quotedId ?? bareId];
  if (author === undefined || id === undefined) {
    throw new CrossfadeError(
      'invalidInput',
      `${file}: "--changeset ${head}" is not AUTHOR:ID; write --changeset ada:add-birthdate.`,
    );
  }
  const isAgain = /\brun(OnChange|Always)\s*:\s*true\b/i.test(rest);
  const asked = UNKNOWN.exec(rest)?.[1];
  return {
    tool: 'liquibase',
    key: `${author}::${id}`,
    version: isAgain ? null : id,
    description: `${author}:${id}`,
    script: file,
    // Blanks do not count. What is summed up is the list of sums, of which there is one.
    sum: { kind: 'md5', of: sql.replaceAll(/[ \t\r\n]/g, '') },
    sql,
    refusal: asked === undefined ? null : `it says ${asked}, which only Liquibase understands`,
    order: [at],
  };
}
