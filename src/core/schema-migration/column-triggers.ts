import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteExisting, quoteLiteral } from './identifier.ts';
import { rankOf } from './link-pairs.ts';
import { changedIn, syncFunctionName, watchedBy } from './sync-trigger.ts';

/**
 * Names of a pair's triggers. They sort last, so that the application's own triggers go before; and
 * behind those of the pairs that it stands on, whatever their ids.
 */
export function triggerNames(
  pair: ColumnPair,
): readonly [insert: string, update: string, keep: string] {
  const rank = rankOf(pair);
  const turn = rank === 0 ? '' : `z${String(rank).padStart(2, '0')}_`;
  const stem = `zzz_crossfade_${turn}${pair.id}`;
  return [`${stem}_1_insert`, `${stem}_1_update`, `${stem}_2_keep`];
}

/**
 * The triggers. `crossfade.sync = off` is how the backfill's own writes pass by. PostgreSQL prepares
 * conditions anew for every statement, which costs more than the update of a row: so an update that
 * names none of the columns in question meets none. Where something may write them on the way to us, a
 * trigger of the application or a pair that this one stands on, every update is looked at.
 */
export function createTriggers(pair: ColumnPair): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  const [insert, update, keep] = triggerNames(pair);
  const on = `current_setting('crossfade.sync', true) IS DISTINCT FROM 'off'`;
  const watched = watchedBy(pair);
  const changed = changedIn(watched);
  const mayBeWritten = pair.table.rewriters.length > 0 || pair.after.length > 0;
  const named = mayBeWritten ? '' : ` OF ${watched.map(quoteExisting).join(', ')}`;
  // A partition's trigger knows the partition alone.
  const whole = pair.table.partitionedBy === null ? [] : [pair.table.name];
  const names = [pair.id, pair.migration.name, pair.column, ...whole];
  return [
    `CREATE OR REPLACE TRIGGER ${insert} BEFORE INSERT ON ${table} FOR EACH ROW ` +
      `WHEN (${on}) EXECUTE FUNCTION ${syncFunctionName(pair)}()`,
    `CREATE OR REPLACE TRIGGER ${update} BEFORE UPDATE${named} ON ${table} FOR EACH ROW ` +
      `WHEN ((${changed}) AND ${on}) EXECUTE FUNCTION ${syncFunctionName(pair)}()`,
    `CREATE OR REPLACE TRIGGER ${keep} BEFORE INSERT OR UPDATE${named} ON ${table} FOR EACH ROW ` +
      `WHEN (current_setting('crossfade.trouble', true) <> '') ` +
      `EXECUTE FUNCTION crossfade.keep_aside(${names.map(quoteLiteral).join(', ')})`,
  ];
}

export function dropTriggers(pair: ColumnPair): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  return triggerNames(pair).map((name) => `DROP TRIGGER IF EXISTS ${name} ON ${table}`);
}
