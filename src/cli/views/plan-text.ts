import type { ForeseenMigration, Foresight, PlacedFinding } from '../plan/foresight.ts';
import { migrationWords, verdictWords } from './plan-words.ts';

/** Each finding as editors and CI systems read it, with the safe form below; then the verdict. */
export function planText(foresight: Foresight): string {
  const { findings, migrations } = foresight;
  const told = [...findings.map(findingText), ...migrations.map(migrationText)].join('');
  return `${told}${verdictWords(foresight)}\n`;
}

function findingText(finding: PlacedFinding): string {
  const { file, line, column, severity, rule, message, safe } = finding;
  return `${file}:${line}:${column}: ${severity} ${rule}: ${message}\n    safe: ${safe}\n`;
}

function migrationText(migration: ForeseenMigration): string {
  const lines = migrationWords(migration).map(([word, told]) => `${word.padEnd(9)} ${told}\n`);
  return lines.length === 0 ? '' : `${migration.name} (${migration.file})\n${lines.join('')}`;
}
