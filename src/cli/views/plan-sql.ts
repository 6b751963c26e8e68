import { lockWords } from '../../core/schema-migration/lock-counts.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import type {
  ForeseenMigration,
  ForeseenScript,
  Foresight,
  PlacedFinding,
} from '../plan/foresight.ts';
import { costWords } from './prediction-words.ts';

/**
 * What would run: the statements of operations, and scripts with what is found in them above the line
 * that it is about. Findings in migration classes stand above all of their SQL.
 */
export function planSql({ findings, migrations, scripts }: Foresight): string {
  const parts = [
    ...scripts.map((script) => annotated(script, findings)),
    ...migrations.map(
      (one) => `-- ${oneLine(one.name)} (${oneLine(one.file)})\n${statementsSql(one)}`,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The statements of a schema migration, those of one phase and table under one heading. */
export function statementsSql({ assumed, real, statements }: ForeseenMigration): string {
  const lines = assumed.length === 0 ? [] : [`-- assumed: ${oneLine(assumed.join(', '))}`];
  const costs = real?.prediction?.statements ?? [];
  for (const { heading, first, own } of underHeadings(statements)) {
    const some = costs.slice(first, first + own.length);
    lines.push('', heading, ...(some.length === 0 ? [] : [`-- ${costWords(some)}`]));
    lines.push(...own.map(({ sql }) => `${sql};`));
  }
  return lines.join('\n');
}

/** Statements that follow each other and belong together. */
interface UnderHeading {
  readonly heading: string;
  /** The place of the first one in the plan. */
  readonly first: number;
  readonly own: readonly PlannedStatement[];
}

function underHeadings(statements: readonly PlannedStatement[]): readonly UnderHeading[] {
  const headings = statements.map(
    ({ phase, table, lock }) =>
      `-- ${phase}, ${oneLine(table)}, ${lock === 'none' ? 'no lock' : lockWords(lock)}`,
  );
  const begins = headings.flatMap((heading, at) => (heading === headings[at - 1] ? [] : [at]));
  return begins.map((first, at) => ({
    heading: headings[first] ?? '',
    first,
    own: statements.slice(first, begins[at + 1]),
  }));
}

function annotated({ file, sql }: ForeseenScript, findings: readonly PlacedFinding[]): string {
  const mine = findings.filter((finding) => finding.file === file);
  const said = (some: readonly PlacedFinding[]): readonly string[] =>
    some.flatMap(({ severity, rule, message, safe }) => [
      `-- ${severity} ${rule}: ${oneLine(message)}`,
      `-- safe: ${oneLine(safe)}`,
    ]);
  const lines = sql.trimEnd().split('\n');
  if (file.endsWith('.ts')) return [`-- ${oneLine(file)}`, ...said(mine), ...lines].join('\n');
  const noted = lines.flatMap((text, at) => [
    ...said(mine.filter(({ line }) => line === at + 1)),
    text,
  ]);
  return [`-- ${oneLine(file)}`, ...noted].join('\n');
}

/** What stands in a comment must not end it. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
