import type { Foresight, PlacedFinding } from '../commands/plan.ts';
import { counted } from '../faults.ts';

/** Each finding as editors and CI systems read it, with the safe form below; then the verdict. */
export function planText({ verdict, findings }: Foresight): string {
  const count = (severity: PlacedFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const totals = (['error', 'warning', 'notice'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => counted(count(severity), severity));
  const told = totals.length === 0 ? 'nothing found' : totals.join(', ');
  return `${findings.map(findingText).join('')}${verdict.toUpperCase()}: ${told}\n`;
}

function findingText(finding: PlacedFinding): string {
  const { file, line, column, severity, rule, message, safe } = finding;
  return `${file}:${line}:${column}: ${severity} ${rule}: ${message}\n    safe: ${safe}\n`;
}
