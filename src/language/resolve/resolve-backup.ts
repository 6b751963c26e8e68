import { defaults } from '../../core/policy/defaults.ts';
import type { BackupPolicy } from '../../core/schema-migration/backup/backup-policy.ts';
import { first, type Resolving } from './layers.ts';

/** The backup of the first layer that speaks of one, as a whole; undefined where none is wanted. */
export function resolveBackup(resolving: Resolving): BackupPolicy | undefined {
  const found = first(resolving, 'backup', ({ backup }) => backup)?.value ?? 'none';
  if (found === 'none') return undefined;
  const usual = defaults.backup;
  return {
    to: found.to ?? usual.to,
    verify: found.verify ?? usual.verify,
    keepForMs: found.keepFor ?? usual.keepForMs,
    atMostBytes: found.atMost ?? usual.atMostBytes,
  };
}
