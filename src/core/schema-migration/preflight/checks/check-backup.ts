import { backupNeeds } from '../../backup/backup-policy.ts';
import type { BackupPolicy } from '../../backup/backup-policy.ts';
import type { Finding } from '../finding.ts';
import { sizeWords } from '../growth.ts';
import type { TargetFacts } from '../target-facts.ts';

/**
 * Whether a backup fits: into what the policy allows, and onto the server's disk.
 * @param room free bytes where the server keeps files; null where it keeps none
 */
export function checkBackup(
  { tables }: TargetFacts,
  backup: BackupPolicy | null,
  room: number | null,
): readonly Finding[] {
  if (backup === null) return [];
  const { size, onServer } = backupNeeds(tables, backup);
  const names = tables.map(({ name }) => name).join(', ');
  const what = `The backup of ${names} takes about ${sizeWords(size)}`;
  const about = { code: 'backup', severity: 'blocks', table: null } as const;
  const findings: Finding[] = [];
  if (size > backup.atMostBytes) {
    const message = `${what}, and the policy allows ${sizeWords(backup.atMostBytes)}.`;
    const remedy = 'Raise backup.atMost, or take a backup by other means and set backup: none.';
    findings.push({ ...about, message, remedy });
  }
  if (backup.to === 'files' && (room === null || room < onServer)) {
    const left = room === null ? 'this server keeps no files' : `${sizeWords(room)} are free there`;
    const message = `${what} on the machine of the server, and ${left}.`;
    const remedy =
      'Make room in CROSSFADE_BACKUP_DIR, or keep it in the target by backup.to: target.';
    findings.push({ ...about, message, remedy });
  }
  return findings;
}
