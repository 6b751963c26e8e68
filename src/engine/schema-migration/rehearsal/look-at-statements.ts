import {
  type BrokenStatement,
  brokenWords,
  endedWords,
} from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import type { GateLook, Looked } from '../expand-gate.ts';
import { jittered } from '../job-run.ts';
import type { JobStore } from '../job-store.ts';
import { isLockConflict } from '../locking.ts';
import { trialTag } from './trial-tag.ts';
import { tryStatements, whyUntried } from './try-statements.ts';

/** Between two looks whether the policy's statements, or what the target has counted, are others. */
const LOOK_AGAIN_MS = 30_000;

/** The same while somebody else changes a table. */
const LOCKED_MS = 250;

/**
 * Whether expand would break a statement that the version in use runs, which is waited for. What contract
 * will end is told.
 */
export function lookAtStatements(database: TargetDatabase, store: JobStore): GateLook {
  return async ({ id, migration }) => {
    const listed = await store.statements(id);
    try {
      const tried = await tryStatements(database, migration, { listed, tag: trialTag() });
      return judged(tried.broken);
    } catch (fault) {
      return untried(fault);
    }
  };
}

function judged(broken: readonly BrokenStatement[]): Looked {
  const [first, ...more] = broken.filter(({ after }) => after === 'expand');
  if (first === undefined) {
    return { kind: 'open', remark: broken.length === 0 ? null : endedWords(broken) };
  }
  const others = more.length === 0 ? '' : `; and ${more.length} more`;
  const reason = `${brokenWords(first)}${others}. Nothing has been created`;
  return { kind: 'waits', reason, hold: 'statements', delayMs: jittered(LOOK_AGAIN_MS) };
}

/** What cannot be tried is nobody's fault here, and no reason to wait; but nobody is to think that it was tried. */
function untried(fault: unknown): Looked {
  if (isLockConflict(fault)) {
    const reason = 'waits for a lock on the way to trying what the version in use runs';
    return { kind: 'waits', reason, delayMs: jittered(LOCKED_MS) };
  }
  return { kind: 'open', remark: whyUntried(fault) };
}
