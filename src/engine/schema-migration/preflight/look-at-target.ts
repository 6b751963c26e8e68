import type { Finding } from '../../../core/schema-migration/preflight/finding.ts';
import type { Undertaking } from '../../../core/schema-migration/preflight/preflight.ts';
import type { Workshop } from '../backup/backup-work.ts';
import { jittered } from '../job-run.ts';
import type { JobRunner, Turn, TurnEnd } from '../job-run.ts';
import type { ClaimedJob, JobStore } from '../job-store.ts';
import { isLockConflict } from '../locking.ts';
import { checkTarget } from './check-target.ts';

/** Between two looks whether what stands in the way has been mended. */
const LOOK_AGAIN_MS = 5_000;

/** The same while somebody else changes a table. */
const LOCKED_MS = 250;

/**
 * Stands before expand: looks at the target, and lets nothing be created while something blocks. What
 * only deserves a word is added to what expand has to say at its end.
 */
export class PreflightRunner implements JobRunner {
  readonly #workshop: Workshop;
  readonly #store: JobStore;
  readonly #expand: JobRunner;
  /** What the look of a job found worth a word: a job that waits for a lock need not look again. */
  readonly #passed = new Map<string, readonly Finding[]>();

  constructor(workshop: Workshop, store: JobStore, expand: JobRunner) {
    this.#workshop = workshop;
    this.#store = store;
    this.#expand = expand;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const held = await this.#look(turn.job).catch(locked);
    if (held !== null) return held;
    const end = await this.#expand.run(turn);
    if (end.kind === 'finished') await this.#tell(turn.job);
    return end;
  }

  async #look(job: ClaimedJob): Promise<TurnEnd | null> {
    // With a total expand has begun: what would be found now may be what it made.
    if (job.total !== null || this.#passed.has(job.id)) return null;
    const { findings } = await checkTarget(this.#workshop.database, await this.#undertaking(job));
    const blocking = findings.filter(({ severity }) => severity === 'blocks');
    const [first, ...more] = blocking;
    if (first === undefined) {
      this.#passed.set(
        job.id,
        findings.filter(({ severity }) => severity === 'warns'),
      );
      return null;
    }
    const others = more.length === 0 ? '' : ` (and ${more.length} more: crossfade target check)`;
    const reason = `preflight: ${first.message} ${first.remedy}${others}`;
    const delayMs = jittered(LOOK_AGAIN_MS);
    return { kind: 'waits', reason, delayMs, hold: `preflight:${first.code}` };
  }

  async #undertaking({ id, migration }: ClaimedJob): Promise<Undertaking> {
    const { store, files } = this.#workshop;
    const backup = (await store.find(id))?.policy ?? null;
    const room = backup?.to === 'files' && files !== null ? await files.free() : null;
    return { migration, backup, room };
  }

  async #tell({ id }: ClaimedJob): Promise<void> {
    const codes = [...new Set((this.#passed.get(id) ?? []).map(({ code }) => code))];
    this.#passed.delete(id);
    if (codes.length > 0) await this.#store.remark(id, `preflight warned of ${codes.join(', ')}`);
  }
}

function locked(fault: unknown): TurnEnd {
  if (!isLockConflict(fault)) throw fault;
  const reason = 'waits for a lock on the way to preflight';
  return { kind: 'waits', reason, delayMs: jittered(LOCKED_MS) };
}
