import type { Finding } from '../../../core/schema-migration/preflight/finding.ts';
import type { Undertaking } from '../../../core/schema-migration/preflight/preflight.ts';
import type { Workshop } from '../backup/backup-work.ts';
import type { GateLook, Looked } from '../expand-gate.ts';
import { jittered } from '../job-run.ts';
import type { ClaimedJob } from '../job-store.ts';
import { isLockConflict } from '../locking.ts';
import { checkTarget } from './check-target.ts';

/** Between two looks whether what stands in the way has been mended. */
const LOOK_AGAIN_MS = 5_000;

/** The same while somebody else changes a table. */
const LOCKED_MS = 250;

/** Whether the target is ready for the migration: what blocks is waited for, what warns is told. */
export function lookAtTarget(workshop: Workshop): GateLook {
  return async (job) => {
    try {
      const undertaking = await undertakingOf(workshop, job);
      return judged((await checkTarget(workshop.database, undertaking)).findings);
    } catch (fault) {
      if (!isLockConflict(fault)) throw fault;
      const reason = 'waits for a lock on the way to preflight';
      return { kind: 'waits', reason, delayMs: jittered(LOCKED_MS) };
    }
  };
}

function judged(findings: readonly Finding[]): Looked {
  const [first, ...more] = findings.filter(({ severity }) => severity === 'blocks');
  if (first !== undefined) {
    const others = more.length === 0 ? '' : ` (and ${more.length} more: crossfade target check)`;
    const reason = `preflight: ${first.message} ${first.remedy}${others}`;
    const delayMs = jittered(LOOK_AGAIN_MS);
    return { kind: 'waits', reason, delayMs, hold: `preflight:${first.code}` };
  }
  const warned = findings.filter(({ severity }) => severity === 'warns').map(({ code }) => code);
  const codes = [...new Set(warned)].join(', ');
  return { kind: 'open', remark: codes === '' ? null : `preflight warned of ${codes}` };
}

async function undertakingOf(
  { store, files }: Workshop,
  { id, migration }: ClaimedJob,
): Promise<Undertaking> {
  const backup = (await store.find(id))?.policy ?? null;
  const room = backup?.to === 'files' && files !== null ? await files.free() : null;
  return { migration, backup, room };
}
