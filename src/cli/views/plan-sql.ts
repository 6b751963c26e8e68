import { lockWords } from '../../core/schema-migration/lock-counts.ts';
import type {
  ForeseenMigration,
  ForeseenScript,
  Foresight,
  PlacedFinding,
} from '../plan/foresight.ts';

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
export function statementsSql({ assumed, statements }: ForeseenMigration): string {
  const lines = assumed.length === 0 ? [] : [`-- assumed: ${oneLine(assumed.join(', '))}`];
  let heading = '';
  for (const { phase, table, lock, sql } of statements) {
    const own = `-- ${phase}, ${oneLine(table)}, ${lock === 'none' ? 'no lock' : lockWords(lock)}`;
    if (own !== heading) lines.push('', own);
    heading = own;
    lines.push(`${sql};`);
  }
  return lines.join('\n');
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
