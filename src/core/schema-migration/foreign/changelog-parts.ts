/** One changeset as it is written. */
export interface ChangelogPart {
  /** What stands behind `--changeset`. */
  readonly head: string;
  /** Its statements, without the lines that say something about it. */
  readonly sql: string;
  /** Sums that are taken for its own: `9:…`, or `any`. */
  readonly valid: readonly string[];
  readonly hasPreconditions: boolean;
}

const FIRST = /^\s*--\s*liquibase\s*formatted\s*sql\b.*$/im;
const CHANGESET = /^\s*--\s*changeset\s+(.*)$/i;
const VALID = /^--\s*validCheckSum:?\s+(.*)$/i;
const PRECONDITION = /^\s*--\s*precondition(s\b|-)/i;
/** Lines that say something about a changeset and are no part of it. */
const ABOUT = /^(--\s*comment:?\s|\s*--\s*(rollback\s|property\s))/i;
const IGNORED = /^--\s*ignoreLines:(\w+)\s*$/i;
const ROLLBACK_BLOCK = /^\s*\/\*\s*liquibase\s*rollback\s*$/i;

/** A formatted SQL changelog: its first line, and its changesets in order; null for a text that is none. */
export function changelogParts(
  text: string,
): { readonly first: string; readonly changesets: readonly ChangelogPart[] } | null {
  const [first, ...lines] = text.replace(/^\uFEFF?\s*/, '').split(/\r\n|\r|\n/);
  if (first === undefined || !FIRST.test(first)) return null;
  const groups: { head: string; lines: string[] }[] = [];
  for (const line of withoutIgnored(lines)) {
    const head = CHANGESET.exec(line)?.[1];
    if (head === undefined) groups.at(-1)?.lines.push(line);
    else groups.push({ head, lines: [] });
  }
  return { first, changesets: groups.map(partOf) };
}

function partOf({ head, lines }: { head: string; lines: readonly string[] }): ChangelogPart {
  const isAbout = (line: string): boolean =>
    [ABOUT, VALID, PRECONDITION].some((one) => one.test(line));
  return {
    head,
    sql: lines
      .filter((line) => !isAbout(line))
      .join('\n')
      .trim(),
    valid: lines.flatMap((line) => VALID.exec(line)?.[1]?.trim() ?? []),
    hasPreconditions: lines.some((line) => PRECONDITION.test(line)),
  };
}

/** Without what Liquibase reads past: marked lines, and rollbacks in a comment of several lines. */
function withoutIgnored(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let until: RegExp | null = null;
  let left = 0;
  for (const line of lines) {
    const ignored = IGNORED.exec(line)?.[1];
    if (left > 0) left -= 1;
    else if (until !== null) until = until.test(line) ? null : until;
    else if (ignored === 'start') until = /^--\s*ignoreLines:end\s*$/i;
    else if (ignored !== undefined) left = Number(ignored);
    else if (ROLLBACK_BLOCK.test(line)) until = /\*\/\s*$/;
    else kept.push(line);
  }
  return kept;
}
