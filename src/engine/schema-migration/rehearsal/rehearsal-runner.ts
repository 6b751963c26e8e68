import { CrossfadeError } from '../../../core/errors.ts';
import type { Rehearsal } from '../../../core/schema-migration/rehearsal/rehearsal.ts';
import { touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import { jittered } from '../job-run.ts';
import type { JobRunner, Turn, TurnEnd } from '../job-run.ts';
import type { ClaimedJob, JobStore } from '../job-store.ts';
import { CloneFault, type OpenOther, rehearseOnClone } from './clone.ts';
import { ranBefore } from './old-statements.ts';
import type { KeptRehearsal, Rehearsals } from './rehearsals.ts';
import { refuseBegun } from './rehearse.ts';

/** How much of a turn is waited for a rehearsal that is under way, and how long until the next. */
const WAIT_MS = 200;
/** Between two looks whether what failed may be tried again. */
const FAILED_MS = 5_000;

/** Lets nothing begin that fails on copies. What has begun already, as for a retry, is not rehearsed. */
export class RehearsalRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #rehearsals: Rehearsals;
  readonly #others: OpenOther;

  constructor(
    database: TargetDatabase,
    store: JobStore,
    rehearsals: Rehearsals,
    others: OpenOther,
  ) {
    this.#database = database;
    this.#store = store;
    this.#rehearsals = rehearsals;
    this.#others = others;
  }

  async run({ job }: Turn): Promise<TurnEnd> {
    try {
      const kept = await this.#advance(job);
      if (kept === null) {
        const words = `on copies of ${touchedTables(job.migration).join(', ')}`;
        return { kind: 'waits', reason: words, delayMs: jittered(WAIT_MS) };
      }
      if (kept.report.verdict === 'failed') return failed(kept.report);
      return await this.#finish(job, passedWords(kept.report));
    } catch (fault) {
      if (fault instanceof CloneFault) return held(fault.message);
      if (!(fault instanceof CrossfadeError) || fault.code !== 'conflict') throw fault;
      return this.#finish(job, fault.message);
    }
  }

  async #advance({ id, migration }: ClaimedJob): Promise<KeptRehearsal | null> {
    const listed = await this.#store.statements(id);
    const clone = await this.#store.clone(id);
    if (clone === null) {
      return this.#rehearsals.advance({ id, migration, statements: null, listed }, WAIT_MS);
    }
    refuseBegun(migration, await this.#database.catalog(migration));
    // Only the real target has counted what the version in use runs.
    const statements = await this.#database.transaction((session) => ranBefore(session, migration));
    const asked = { id, migration, statements, listed };
    const kept = await rehearseOnClone({ open: this.#others, clone }, asked, WAIT_MS);
    if (kept !== null) await this.#rehearsals.keep(asked, kept.report);
    return kept;
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
  return held(`rehearsal failed: ${first?.message ?? 'no reason given'}${more}`);
}

function held(words: string): TurnEnd {
  const reason = `${words}. Nothing has been created`;
  return { kind: 'waits', hold: 'rehearsal', reason, delayMs: jittered(FAILED_MS) };
}

function passedWords({ tables }: Rehearsal): string {
  const copied = tables.map(({ name, copied: rows }) => `${rows} rows of ${name}`);
  return `on copies of ${copied.join(', ')}`;
}
