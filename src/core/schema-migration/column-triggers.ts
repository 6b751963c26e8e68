import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteExisting, quoteLiteral } from './identifier.ts';
import { rankOf } from './link-pairs.ts';
import { changedIn, watchedBy } from './changed-in.ts';
import { syncFunctionName } from './sync-trigger.ts';

/** Names of a pair's triggers. */
interface Names {
  readonly insert: string;
  readonly update: string;
  readonly updateNew: string;
  readonly keep: string;
}

/**
 * They sort last, so that the application's own triggers go before; and behind those of the pairs that
 * it stands on, whatever their ids.
 */
function namesOf(pair: ColumnPair): Names {
  const rank = rankOf(pair);
  const turn = rank === 0 ? '' : `z${String(rank).padStart(2, '0')}_`;
  const stem = `zzz_crossfade_${turn}${pair.id}`;
  const update = `${stem}_1_update`;
  return { insert: `${stem}_1_insert`, update, updateNew: `${update}_new`, keep: `${stem}_2_keep` };
}

/** All are made in one transaction, so one of them stands for the others. */
export function hasTriggers(pair: ColumnPair): boolean {
  return pair.table.triggers.includes(namesOf(pair).keep);
}

const on = `current_setting('crossfade.sync', true) IS DISTINCT FROM 'off'`;

/** `crossfade.sync = off` is how the backfill's own writes pass by. */
export function createTriggers(pair: ColumnPair): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  const { insert, keep } = namesOf(pair);
  // A partition's trigger knows the partition alone.
  const whole = pair.table.partitionedBy === null ? [] : [pair.table.name];
  const names = [pair.id, pair.migration.name, pair.column, ...whole];
  const named = mayBeWritten(pair) ? '' : ` OF ${listed(watchedBy(pair))}`;
  return [
    `CREATE OR REPLACE TRIGGER ${insert} BEFORE INSERT ON ${table} FOR EACH ROW ` +
      `WHEN (${on}) EXECUTE FUNCTION ${syncFunctionName(pair)}()`,
    ...onUpdate(pair, table),
    `CREATE OR REPLACE TRIGGER ${keep} BEFORE INSERT OR UPDATE${named} ON ${table} FOR EACH ROW ` +
      `WHEN (current_setting('crossfade.trouble', true) <> '') ` +
      `EXECUTE FUNCTION crossfade.keep_aside(${names.map(quoteLiteral).join(', ')})`,
  ];
}

/**
 * PostgreSQL prepares conditions anew for every statement, which costs more than the update of a row: so
 * an update that names none of the columns meets none, and one by the old side, which the backfill never
 * looks like, enters the function at once. Where something may write the columns on the way to us, every
 * update is looked at.
 */
function onUpdate(pair: ColumnPair, table: string): readonly string[] {
  const { update, updateNew } = namesOf(pair);
  const trigger = (name: string, event: string, when: string): string =>
    `CREATE OR REPLACE TRIGGER ${name} BEFORE ${event} ON ${table} FOR EACH ROW ` +
    `${when}EXECUTE FUNCTION ${syncFunctionName(pair)}()`;
  if (mayBeWritten(pair)) {
    return [trigger(update, 'UPDATE', `WHEN ((${changedIn(pair, watchedBy(pair))}) AND ${on}) `)];
  }
  const reads = pair.reads.map(({ name }) => name);
  // Where the other trigger has been, it has done both.
  const alone = `${changedIn(pair, [pair.column])} AND NOT (${changedIn(pair, reads)})`;
  return [
    trigger(update, `UPDATE OF ${listed(reads)}`, ''),
    trigger(updateNew, `UPDATE OF ${listed([pair.column])}`, `WHEN (${on} AND ${alone}) `),
  ];
}

/**
 * By a trigger of the application, or by the sync of another pair: one that this one stands on, or one
 * that writes another part of the same old column.
 */
const mayBeWritten = ({ table, after, partial }: ColumnPair): boolean =>
  table.rewriters.length > 0 || after.length > 0 || partial;

const listed = (names: readonly string[]): string => names.map(quoteExisting).join(', ');

export function dropTriggers(pair: ColumnPair): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  return Object.values(namesOf(pair)).map(
    (name: string) => `DROP TRIGGER IF EXISTS ${name} ON ${table}`,
  );
}
