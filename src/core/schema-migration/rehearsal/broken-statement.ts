/** A statement of the version in use that a changed schema does not understand any more. */
export interface BrokenStatement {
  readonly sql: string;
  /** How often it ran; null where nobody counted. */
  readonly calls: number | null;
  /** After which part it broke. */
  readonly after: 'expand' | 'contract';
  readonly fault: string;
}

const SHOWN = 120;

/** `the version in use runs SELECT dob FROM users (30 calls), which expand breaks: column "dob" does not exist`. */
export function brokenWords({ sql, calls, after, fault }: BrokenStatement): string {
  const times = calls === null ? '' : ` (${calls} calls)`;
  return `the version in use runs ${shortened(sql)}${times}, which ${after} breaks: ${fault}`;
}

/** What a statement that stops working at expand needs in its place. */
export const KEEPS_BOTH = 'an operation that keeps both versions going, see docs/operations';

/** `statements of the version in use: 3 of 4 understood and tried`. */
export const triedWords = (known: number, of: number): string =>
  of === 0
    ? noneKnownWords('pg_stat_statements counts none of another role')
    : `statements of the version in use: ${known} of ${of} understood and tried`;

/** Where there was nothing to try nobody has looked, and that is not to sound like all being well. */
export const noneKnownWords = (why: string): string =>
  `no statements of the application are known: ${why}; list them in the Service (spec.statements)`;

/** `contract ends 3 statements of the version in use (1200 calls)`. */
export function endedWords(broken: readonly BrokenStatement[]): string {
  const calls = broken.reduce((sum, one) => sum + (one.calls ?? 0), 0);
  const statements = broken.length === 1 ? '1 statement' : `${broken.length} statements`;
  const times = calls === 0 ? '' : ` (${calls} calls)`;
  return `contract ends ${statements} of the version in use${times}`;
}

/** `what the version in use runs was not tried: permission denied for database shop`. */
export const untriedWords = (why: string): string =>
  `what the version in use runs was not tried: ${why.replace(/\.$/, '')}`;

function shortened(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
