import { CrossfadeError } from '../../errors.ts';
import { type ChangelogPart, changelogParts } from './changelog-parts.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';

const NAMED = /^(?:"([^"]+)"|([^":]+)):(?:"([^"]+)"|(\S+))\s*(.*)$/;
/** Asks for another text, or decides whether it is run at all. */
const ONLY_LIQUIBASE =
  /\b((?:endDelimiter|context|contextFilter|labels|runWith)(?=:)|runAlways:true|ignore:true|runInTransaction:false|failOnError:false)/i;
const PATH = /\blogicalFilePath:(\S+)/i;

/** The changesets of a formatted SQL changelog, in their order; null for a file that is none. */
export function changesets({ name, text }: ForeignFile): readonly ForeignMigration[] | null {
  const parts = changelogParts(text);
  if (parts === null) return null;
  const script = PATH.exec(parts.first)?.[1] ?? name;
  return parts.changesets.map((part) => changeset(name, script, part));
}

function changeset(
  file: string,
  path: string,
  { head, sql, valid, hasPreconditions }: ChangelogPart,
): ForeignMigration {
  const [, quoted, bare, quotedId, bareId, rest = ''] = NAMED.exec(head) ?? [];
  const [author, id] = [quoted ?? bare, quotedId ?? bareId];
  if (author === undefined || id === undefined) {
    throw new CrossfadeError(
      'invalidInput',
      `${file}: "--changeset ${head}" is not AUTHOR:ID; write --changeset ada:add-birthdate.`,
    );
  }
  const isAgain = /\brun(OnChange|Always)\s*:\s*true\b/i.test(rest);
  const isFilledIn = sql.includes('${');
  return {
    tool: 'liquibase',
    key: `${author}::${id}`,
    isBaseline: false,
    version: isAgain ? null : id,
    description: `${author}:${id}`,
    script: PATH.exec(rest)?.[1] ?? path,
    // Blanks do not count. What is summed up is the list of sums, of which there is one. Parameters are
    // filled in before it is made.
    sum: isFilledIn ? null : { kind: 'md5', of: sql.replaceAll(/[ \t\r\n]/g, '') },
    valid,
    sql,
    refusal: refusalOf(rest, hasPreconditions, isFilledIn),
    // As they stand, one file after the other.
    order: [],
  };
}

function refusalOf(rest: string, hasPreconditions: boolean, isFilledIn: boolean): string | null {
  const asked = ONLY_LIQUIBASE.exec(rest)?.[1] ?? otherServer(rest);
  if (asked !== undefined) return `it says ${asked}, which only Liquibase understands`;
  if (hasPreconditions) return 'it has preconditions, which only Liquibase looks at';
  return isFilledIn ? 'it holds a parameter, which only Liquibase fills in' : null;
}

/** What is meant for PostgreSQL among others is meant for it. */
function otherServer(rest: string): string | undefined {
  const meant = /\bdbms:\s*(\S+)/i.exec(rest)?.[1]?.toLowerCase();
  return meant === undefined || meant.split(',').includes('postgresql')
    ? undefined
    : `dbms:${meant}`;
}
