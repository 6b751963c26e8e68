import { CrossfadeError } from '../../core/errors.ts';
import type { DirectProgress } from '../../core/protocol/direct-view.ts';
import { touchedTables } from '../../core/schema-migration/schema-migration.ts';
import {
  type HistoryEntry,
  isBegun,
  standingOf,
} from '../../core/schema-migration/history/history-entry.ts';
import { directRollout } from '../../core/schema-migration/history/history-table.ts';
import type { JobKind, JobState } from '../../core/schema-migration/job.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { defaults } from '../../core/policy/defaults.ts';
import { livingRollouts } from '../living-rollouts.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import type { Targets } from '../ports/targets.ts';
import {
  abandonDirect,
  type AbandonRequest,
  begunDirectly,
  refuseGivenUp,
} from './abandon-direct.ts';
import { directName } from './direct-name.ts';
import type { TargetWorks } from './target-works.ts';
import { objectionOf, workOnJob } from './work-on-job.ts';

/** What is to be carried out at once. */
export interface DirectRequest {
  readonly target: string;
  readonly migration: SchemaMigration;
  /** As in the target's history. */
  readonly checksum: string;
  readonly author: string;
  /** When a person asked, in epoch milliseconds: what failed before that is tried again. */
  readonly generation: number;
  /** True when the target has the new shape already, and nothing is to be carried out. */
  readonly baseline: boolean;
}

const parts: readonly JobKind[] = ['expand', 'backfill', 'verify', 'contract'];
const { batchTimeMs } = defaults;

/**
 * Carries out all parts of a schema migration one after the other, without a rollout. All that is
 * known of it stands on the target, so whoever asks next goes on where it was left.
 */
export class DirectRuns {
  readonly #rollouts: RolloutStore;
  readonly #targets: Targets;
  readonly #worker: string;

  constructor(rollouts: RolloutStore, targets: Targets, worker: { readonly name: string }) {
    this.#rollouts = rollouts;
    this.#targets = targets;
    this.#worker = worker.name;
  }

  /**
   * Goes on for about `budgetMs`.
   * @throws CrossfadeError `conflict` while a rollout lives on these tables, or when another content
   * was carried out under this name; `notFound` and `unavailable` for the target
   */
  async advance(request: DirectRequest, budgetMs: number): Promise<DirectProgress> {
    const { target, migration, baseline, author } = request;
    const works = await this.#targets.open(target);
    const history = await works.records.history();
    if (isThere(history, request)) return { ...nothing(migration), state: 'already' };
    await this.#refuseLiving(request, history);
    if (baseline) {
      await works.records.baseline(migration, author);
      return { ...nothing(migration), state: 'baseline' };
    }
    return this.#carryOut(works, history, request, budgetMs);
  }

  /**
   * Takes back what was made of a direct migration, for about `budgetMs`, which frees its tables. What
   * was given up before stays so.
   * @throws CrossfadeError `notFound`; `refused` after contract; `conflict` while a rollout lives on these
   * tables; `unavailable` for the target
   */
  async abandon(request: AbandonRequest, budgetMs: number): Promise<DirectProgress> {
    const { target, migration: name } = request;
    const works = await this.#targets.open(target);
    const migration = await begunDirectly(works, request);
    if (migration === null) {
      return { migration: name, state: 'abandoned', parts: [], reason: null };
    }
    await this.#refuseRollouts({ target, migration }, await works.records.history());
    const deadline = performance.now() + budgetMs;
    return abandonDirect(works, migration, request, { worker: this.#worker, deadline });
  }

  async #carryOut(
    works: TargetWorks,
    history: readonly HistoryEntry[],
    request: DirectRequest,
    budgetMs: number,
  ): Promise<DirectProgress> {
    const deadline = performance.now() + budgetMs;
    const { migration, author, generation } = request;
    const rollout = directName(migration.name, history);
    for (const kind of parts) {
      await refuseGivenUp(works, history, { ...request, migration: migration.name });
      const id = jobId(rollout, kind, await works.jobs(rollout), generation);
      await works.ensureJob({ id, rollout, kind, migration, batchTimeMs, generation, author });
      const job = await workOnJob(works, { rollout, id, worker: this.#worker, deadline });
      const objection = objectionOf(job);
      if (objection === null) continue;
      return { migration: migration.name, parts: await works.jobs(rollout), ...objection };
    }
    const done = await works.jobs(rollout);
    return { migration: migration.name, state: 'applied', parts: done, reason: null };
  }

  /** Nor while another direct migration has these tables. */
  async #refuseLiving(request: DirectRequest, history: readonly HistoryEntry[]): Promise<void> {
    await this.#refuseRollouts(request, history);
    const { target, migration } = request;
    // Whoever ends first would change the tables under the other.
    if (isBegun(history.filter((entry) => entry.migration === migration.name))) return;
    const direct = begunElsewhere(
      history,
      touchedTables(migration),
      (entry) => !isOfRollout(entry),
    );
    if (direct === undefined) return;
    throw inTheWay(
      migration,
      `${direct} was begun there by migrate --direct and has not ended; carry it out to its end, ` +
        `or give it up: crossfade migrate --abandon ${direct} --target ${target}`,
    );
  }

  /** A rollout decides what happens to its tables, as long as it lives or its new shape is kept. */
  async #refuseRollouts(
    { target, migration }: Pick<DirectRequest, 'target' | 'migration'>,
    history: readonly HistoryEntry[],
  ): Promise<void> {
    const [living] = await livingRollouts(this.#rollouts, target, migration);
    const name =
      living?.policy.name ?? begunElsewhere(history, touchedTables(migration), isOfRollout);
    if (name === undefined) return;
    throw inTheWay(
      migration,
      `the rollout of ${name} lives there; wait for its end, or roll it back and let its new shape be put away.`,
    );
  }
}

function inTheWay(migration: SchemaMigration, why: string): CrossfadeError {
  const tables = touchedTables(migration).join(', ');
  return new CrossfadeError('conflict', `${migration.name} changes ${tables}, and ${why}`);
}

/** A parity check that found differences is made again when a person asks again. */
function jobId(
  rollout: string,
  kind: JobKind,
  jobs: readonly JobState[],
  generation: number,
): string {
  const before = jobs.filter((job) => job.kind === kind);
  const last = before.at(-1);
  const again = last !== undefined && (last.differences ?? 0) > 0 && last.generation < generation;
  return `${rollout}/${kind}/${Math.max(1, before.length) + (again ? 1 : 0)}`;
}

const nothing = ({ name }: SchemaMigration) => ({ migration: name, parts: [], reason: null });

/** True when it was carried out. Content that ran is never another's. */
function isThere(
  history: readonly HistoryEntry[],
  { migration, checksum }: DirectRequest,
): boolean {
  const mine = history.filter((entry) => entry.migration === migration.name);
  const standing = standingOf(mine);
  const before = mine.at(-1)?.checksum;
  if (standing !== 'applied' && standing !== 'baseline') return false;
  if (before === checksum) return true;
  throw new CrossfadeError(
    'conflict',
    `${migration.name} was carried out with another content (${before}; the file has ${checksum}). ` +
      'What ran stays as it is: put it back, and give the new change a name of its own.',
  );
}

const isOfRollout = ({ rollout }: HistoryEntry): boolean => !rollout.startsWith(directRollout);

/**
 * What another server, or none that is left, has begun on these tables and not ended. Who began it is
 * told by its last entry: an attempt before that may have been another's, and was put away.
 */
function begunElsewhere(
  history: readonly HistoryEntry[],
  tables: readonly string[],
  isMeant: (entry: HistoryEntry) => boolean,
): string | undefined {
  const here = history.filter((entry) => entry.tables.some((one) => tables.includes(one)));
  return here.findLast(({ migration }) => {
    const mine = history.filter((entry) => entry.migration === migration);
    const last = mine.findLast(({ outcome }) => outcome === 'success');
    return last !== undefined && isMeant(last) && isBegun(mine);
  })?.migration;
}
