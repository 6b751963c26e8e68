import type { MigrationCheck, TargetCheckView } from '../../core/protocol/target-view.ts';
import { sizeWords } from '../../core/schema-migration/preflight/growth.ts';
import type { Finding, Severity } from '../../core/schema-migration/preflight/finding.ts';
import type { Paint } from '../terminal.ts';
import { tableSizeWords } from './table-size-words.ts';
import { safe, span, table } from './words.ts';

const words: Readonly<Record<Severity, string>> = {
  blocks: 'BLOCKS',
  warns: 'warns',
  unknown: 'unknown',
};

/** Per schema migration: the tables, and what is in its way, the gravest first, each with its remedy. */
export function targetCheckText(view: TargetCheckView, paint: Paint): string {
  const { target, version, role, checks } = view;
  const head = `${safe(target)}  PostgreSQL ${version}  role ${safe(role)}`;
  return [paint('bold', head), ...checks.flatMap((check) => checkLines(check, paint))].join('\n');
}

function checkLines(check: MigrationCheck, paint: Paint): readonly string[] {
  const { migration, findings } = check;
  const title = migration ?? 'no schema migration is known that has anything left to do';
  const growth = check.growth === 0 ? [] : [`may add ${sizeWords(check.growth)}`];
  const head = [safe(title), ...check.tables.map(tableSizeWords), ...growth].join('  ');
  const rows = findings.flatMap((finding) => [
    [words[finding.severity], finding.code, safe(finding.message)],
    ['', '', `→ ${safe(finding.remedy)}`],
  ]);
  const painted = table(rows).map((line) =>
    line.startsWith(words.blocks) ? paint('red', line) : line,
  );
  return ['', head, ...backupLine(check), ...painted, summary(findings)];
}

function backupLine({ backup }: MigrationCheck): readonly string[] {
  if (backup === null) return [];
  const { bytes, to, atMostBytes, verify, keepForMs } = backup;
  const what = `about ${sizeWords(bytes)} to ${to}, at most ${sizeWords(atMostBytes)}`;
  const compared = verify ? ', compared' : '';
  return [`backup before it begins: ${what}${compared}, kept for ${span(keepForMs)}`];
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  if (findings.length === 0) return 'nothing in the way';
  return `${count('blocks')} in the way, ${count('warns')} to know, ${count('unknown')} unknown`;
}
