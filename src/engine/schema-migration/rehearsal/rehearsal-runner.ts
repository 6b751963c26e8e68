import { CrossfadeError } from '../../../core/errors.ts';
import type { Rehearsal } from '../../../core/schema-migration/rehearsal/rehearsal.ts';
import { touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import { jittered } from '../job-run.ts';
import type { JobRunner, Turn, TurnEnd } from '../job-run.ts';
import type { ClaimedJob, JobStore } from '../job-store.ts';
import type { Rehearsals } from './rehearsals.ts';

/** How much of a turn is waited for a rehearsal that is under way, and how long until the next. */
const WAIT_MS = 200;
/** Between two looks whether what failed may be tried again. */
const FAILED_MS = 5_000;

/** Lets nothing begin that fails on copies. What has begun already, as for a retry, is not rehearsed. */
export class RehearsalRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #rehearsals: Rehearsals;

  constructor(database: TargetDatabase, store: JobStore, rehearsals: Rehearsals) {
    this.#database = database;
    this.#store = store;
    this.#rehearsals = rehearsals;
  }

  async run({ job }: Turn): Promise<TurnEnd> {
    try {
      const listed = await this.#store.statements(job.id);
      const asked = { id: job.id, migration: job.migration, statements: null, listed };
      const kept = await this.#rehearsals.advance(asked, WAIT_MS);
      if (kept === null) {
        const words = `on copies of ${touchedTables(job.migration).join(', ')}`;
        return { kind: 'waits', reason: words, delayMs: jittered(WAIT_MS) };
      }
      if (kept.report.verdict === 'failed') return failed(kept.report);
      return await this.#finish(job, passedWords(kept.report));
    } catch (fault) {
      if (!(fault instanceof CrossfadeError) || fault.code !== 'conflict') throw fault;
      return this.#finish(job, fault.message);
    }
  }

  async #finish(job: ClaimedJob, reason: string): Promise<TurnEnd> {
    await this.#database.transaction(async (session) => {
      await this.#store.enter(session, job);
      await this.#store.finish(session, job, { differences: null, reason });
    });
    return { kind: 'finished' };
  }
}

function failed({ faults }: Rehearsal): TurnEnd {
  const [first] = faults;
  const more = faults.length > 1 ? `; and ${faults.length - 1} more` : '';
  const reason = `rehearsal failed: ${first?.message ?? 'no reason given'}${more}. Nothing has been created`;
  return { kind: 'waits', hold: 'rehearsal', reason, delayMs: jittered(FAILED_MS) };
}

function passedWords({ tables }: Rehearsal): string {
  const copied = tables.map(({ name, copied: rows }) => `${rows} rows of ${name}`);
  return `on copies of ${copied.join(', ')}`;
}
