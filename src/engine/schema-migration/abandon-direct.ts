import { defaults } from '../../core/policy/defaults.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { DirectProgress } from '../../core/protocol/direct-view.ts';
import {
  type HistoryEntry,
  standingOf,
} from '../../core/schema-migration/history/history-entry.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { directName, directNameBefore } from './direct-name.ts';
import type { TargetWorks } from './target-works.ts';
import { objectionOf, workOnJob } from './work-on-job.ts';

/** What is given up. */
export interface AbandonRequest {
  readonly target: string;
  /** By the name under which it was begun. */
  readonly migration: string;
  readonly author: string;
  /** When a person asked, in epoch milliseconds: what was asked for before that goes on no more. */
  readonly generation: number;
}

const { batchTimeMs } = defaults;

/** What a direct migration was begun with and has not been put away; null where there is none. */
export async function begunDirectly(
  works: TargetWorks,
  { target, migration }: Pick<AbandonRequest, 'target' | 'migration'>,
): Promise<SchemaMigration | null> {
  const history = await works.records.history();
  const begun = await works.records.expandedBy(directName(migration, history));
  if (begun !== null) return begun;
  refuseApplied(history, { target, migration });
  if (reached(history, migration) === 'retired') return null;
  throw new CrossfadeError(
    'notFound',
    `no direct migration ${migration} was begun on ${target}; crossfade info --target ${target} shows what was. ` +
      'What a rollout has begun is rolled back.',
  );
}

/**
 * Stops the parts that are under way, then takes back what expand made, as a rollback does: in one
 * transaction, with its line of the history. Nothing is dropped that holds data.
 * @param turn who works, and until when as `performance.now()` counts
 * @throws CrossfadeError `refused` after contract; `conflict` where a later attempt uses the shape
 */
export async function abandonDirect(
  works: TargetWorks,
  migration: SchemaMigration,
  request: AbandonRequest,
  turn: { readonly worker: string; readonly deadline: number },
): Promise<DirectProgress> {
  const { author, generation } = request;
  const rollout = directName(migration.name, await works.records.history());
  await stopAll(works, rollout, generation);
  // Looked at only now: contract may have ended while it was being stopped.
  refuseApplied(await works.records.history(), request);
  const id = `${rollout}/retire`;
  const kind = 'retire' as const;
  await works.ensureJob({ id, rollout, kind, migration, batchTimeMs, generation, author });
  // Whoever carried it out may have asked for the next part before they could see that it is given up.
  await stopAll(works, rollout, generation);
  const job = await workOnJob(works, { rollout, id, ...turn });
  if (job === undefined) {
    const why = `${migration.name} is not given up: a later attempt at it uses its shape on ${request.target}`;
    throw new CrossfadeError('conflict', why);
  }
  const given = { migration: migration.name, parts: [job], reason: null };
  return { ...given, state: 'abandoned', ...objectionOf(job) };
}

/** Nobody goes on with what is given up, and who had waited for its end is told so. */
export async function refuseGivenUp(
  works: TargetWorks,
  history: readonly HistoryEntry[],
  { target, migration: name, generation }: Omit<AbandonRequest, 'author'>,
): Promise<void> {
  const [now, before] = [directName(name, history), directNameBefore(name, history)];
  if ((await retirement(works, now)) !== undefined) {
    throw new CrossfadeError(
      'conflict',
      `${name} is being given up on ${target}; see that to its end: crossfade migrate --abandon ${name} --target ${target}`,
    );
  }
  const ended = before === null ? undefined : await retirement(works, before);
  if (ended === undefined || ended.generation < generation) return;
  throw new CrossfadeError(
    'conflict',
    `${name} was given up on ${target} meanwhile; run the command again to carry it out anew`,
  );
}

const retirement = async (works: TargetWorks, rollout: string) =>
  (await works.jobs(rollout)).find(({ kind }) => kind === 'retire');

async function stopAll(works: TargetWorks, rollout: string, upTo: number): Promise<void> {
  const parts = (await works.jobs(rollout)).filter(({ kind }) => kind !== 'retire');
  for (const { id } of parts) await works.revokeJob(id, upTo);
}

function refuseApplied(
  history: readonly HistoryEntry[],
  { target, migration }: Pick<AbandonRequest, 'target' | 'migration'>,
): void {
  const standing = reached(history, migration);
  if (standing !== 'applied' && standing !== 'baseline') return;
  const why =
    standing === 'baseline'
      ? 'is noted as there already, so nothing was begun that could be given up'
      : 'has been carried out to its end: contract has put the old shape away, and what has ended is not given up. ' +
        'Write a schema migration that leads back';
  throw new CrossfadeError('refused', `${migration} on ${target} ${why}.`);
}

/** Where it stands, whatever failed since. */
function reached(history: readonly HistoryEntry[], name: string) {
  return standingOf(
    history.filter(({ migration, outcome }) => migration === name && outcome === 'success'),
  );
}
