import type { HoldCode } from '../../../core/rollout/hold-code.ts';
import { sizeWords } from '../../../core/schema-migration/preflight/growth.ts';
import { touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import { jittered } from '../job-run.ts';
import type { JobRunner, Turn, TurnEnd } from '../job-run.ts';
import type { ClaimedJob } from '../job-store.ts';
import type { BackupRow } from './backup-store.ts';
import { BackupWork } from './backup-work.ts';
import type { Workshop } from './backup-work.ts';

/** Between two looks at a backup that is under way, and at one that has failed. */
const LOOK_MS = 200;
const FAILED_MS = 2_000;

/** Stands before expand, where the policy asks for a backup: lets nothing be created without one. */
export class BackupRunner implements JobRunner {
  readonly #workshop: Workshop;
  readonly #expand: JobRunner;
  readonly #underWay = new Map<string, BackupWork>();

  constructor(workshop: Workshop, expand: JobRunner) {
    this.#workshop = workshop;
    this.#expand = expand;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    // With a total expand has begun, and a backup would not show the table as it was.
    const held = turn.job.total === null ? await this.#hold(turn.job) : null;
    return held ?? this.#expand.run(turn);
  }

  /** Breaks off what is under way, and waits for its end. */
  async stop(): Promise<void> {
    const all = [...this.#underWay.values()];
    for (const work of all) work.stop();
    await Promise.all(all.map((work) => work.ended));
  }

  async #hold(job: ClaimedJob): Promise<TurnEnd | null> {
    const row = await this.#workshop.store.find(job.id);
    if (row === null || isDone(row)) return null;
    if (row.resting) {
      return waits('backupFailed', `the backup failed: ${row.reason ?? ''}`, FAILED_MS);
    }
    if (!row.live) await this.#begin(job);
    const bytes = this.#underWay.get(job.id)?.bytes ?? row.bytes;
    const what = touchedTables(job.migration).join(', ');
    const done = row.status === 'running' && row.live ? `, ${sizeWords(bytes)} so far` : '';
    return waits('backup', `backup of ${what} before anything is created${done}`, LOOK_MS);
  }

  async #begin(job: ClaimedJob): Promise<void> {
    const { store, files } = this.#workshop;
    const claimed = await store.claim(job.id, files?.host ?? '');
    if (claimed === null) return;
    const work = new BackupWork(this.#workshop, claimed, job.migration);
    this.#underWay.set(job.id, work);
    void work.ended.then(() => {
      if (this.#underWay.get(job.id) === work) this.#underWay.delete(job.id);
    });
  }
}

function isDone({ status, policy }: BackupRow): boolean {
  return status === 'verified' || (status === 'taken' && !policy.verify);
}

const waits = (hold: HoldCode, reason: string, ms: number): TurnEnd => ({
  kind: 'waits',
  hold,
  reason,
  delayMs: jittered(ms),
});
