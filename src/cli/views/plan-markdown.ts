import type { ForeseenMigration, Foresight, PlacedFinding } from '../plan/foresight.ts';
import { statementsSql } from './plan-sql.ts';
import { migrationWords, verdictWords } from './plan-words.ts';

/** The same for a comment on a pull request. */
export function planMarkdown(foresight: Foresight): string {
  const { findings, migrations } = foresight;
  const table =
    findings.length === 0
      ? []
      : ['', '| | where | what happens | instead |', '|---|---|---|---|', ...findings.map(row)];
  return [`### ${verdictWords(foresight)}`, ...table, ...migrations.flatMap(section), ''].join(
    '\n',
  );
}

function row({ severity, file, line, column, rule, message, safe }: PlacedFinding): string {
  const cells = [severity, `\`${file}:${line}:${column}\` ${rule}`, message, safe];
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** What a person wrote must not end the cell, or become a tag. */
function cell(text: string): string {
  return text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('\n', ' ');
}

function section(migration: ForeseenMigration): readonly string[] {
  const words = migrationWords(migration);
  if (words.length === 0) return [];
  return [
    '',
    `**${migration.name}** (\`${migration.file}\`)`,
    '',
    ...words.map(([word, told]) => `- ${word}: ${cell(told)}`),
    '',
    `<details><summary>${migration.statements.length} statements</summary>`,
    '',
    '```sql',
    statementsSql(migration),
    '```',
    '',
    '</details>',
  ];
}
