import { CrossfadeError } from '../../../core/errors.ts';
import {
  type BrokenStatement,
  brokenWords,
  endedWords,
} from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import { type TargetDatabase, TargetSqlError } from '../../ports/target-database.ts';
import { type JobRunner, jittered, type Turn, type TurnEnd } from '../job-run.ts';
import type { ClaimedJob, JobStore } from '../job-store.ts';
import { isLockConflict } from '../locking.ts';
import { trialTag } from './trial-tag.ts';
import { tryStatements } from './try-statements.ts';

/** Between two looks whether the policy's statements, or what the target has counted, are others. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Stands before expand: nothing is created while it would break a statement that the version in use runs. What
 * contract will end is added to what expand has to say at its end.
 */
export class OldVersionRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #expand: JobRunner;
  /** What contract ends, of jobs that may begin. */
  readonly #passed = new Map<string, readonly BrokenStatement[]>();

  constructor(database: TargetDatabase, store: JobStore, expand: JobRunner) {
    this.#database = database;
    this.#store = store;
    this.#expand = expand;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const held = await this.#look(turn.job);
    if (held !== null) return held;
    const end = await this.#expand.run(turn);
    if (end.kind === 'finished') await this.#tell(turn.job);
    return end;
  }

  async #look(job: ClaimedJob): Promise<TurnEnd | null> {
    // With a total expand has begun.
    if (job.total !== null || this.#passed.has(job.id)) return null;
    const broken = await this.#broken(job);
    if (broken === 'locked') {
      const reason = 'waits for a lock on the way to trying what the version in use runs';
      return { kind: 'waits', reason, delayMs: jittered(250) };
    }
    const byExpand = broken.filter(({ after }) => after === 'expand');
    const [first, ...more] = byExpand;
    if (first === undefined) {
      this.#passed.set(job.id, broken);
      return null;
    }
    const others = more.length === 0 ? '' : `; and ${more.length} more`;
    const reason = `${brokenWords(first)}${others}. Nothing has been created`;
    return { kind: 'waits', reason, hold: 'statements', delayMs: jittered(LOOK_AGAIN_MS) };
  }

  /** What cannot be tried is nobody's fault here: expand itself tells what is wrong with it. */
  async #broken({ id, migration }: ClaimedJob): Promise<readonly BrokenStatement[] | 'locked'> {
    const listed = await this.#store.statements(id);
    try {
      return (await tryStatements(this.#database, migration, { listed, tag: trialTag() })).broken;
    } catch (fault) {
      if (isLockConflict(fault)) return 'locked';
      if (fault instanceof TargetSqlError) return [];
      if (fault instanceof CrossfadeError && fault.code !== 'unavailable') return [];
      throw fault;
    }
  }

  async #tell({ id }: ClaimedJob): Promise<void> {
    const ended = this.#passed.get(id) ?? [];
    this.#passed.delete(id);
    if (ended.length > 0) await this.#store.remark(id, endedWords(ended));
  }
}
