import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { createMoveTriggers, moveTriggerNames } from '../parted/row-moves.ts';
import type { MovingRows } from '../parted/row-moves.ts';
import { onEachPart } from '../parted/truncated-part.ts';
import { heardBy } from '../table-pair/heard.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import type { Place } from '../table-pair/table-pair.ts';
import { unlike } from '../unlike.ts';
import type { ListPair } from './list-pair.ts';

export function listFunctionName(pair: Pick<ListPair, 'id'>, place: Place): string {
  return `crossfade.list_${pair.id}_${place}`;
}

const EVENTS = ['1_insert', '1_update', '1_delete', '1_truncate'];

/** Triggers of both tables, by table. They sort last, so that the application's own go before. */
export function listTriggersOn({ id, placed }: ListPair): readonly (readonly [Place, string])[] {
  const all = (place: Place, events: readonly string[]) =>
    events.map((event) => [place, `zzz_crossfade_${id}_${event}`] as const);
  const moves = placed.wide === null ? [] : moveTriggerNames(id);
  return [
    ...all('wide', ['0_keep', ...EVENTS]),
    ...all('narrow', EVENTS),
    ...moves.map((name) => ['wide', name] as const),
  ];
}

export function dropListTriggers(pair: ListPair): readonly string[] {
  return listTriggersOn(pair).map(
    ([place, name]) => `DROP TRIGGER IF EXISTS ${name} ON ${tableAt(pair, place)}`,
  );
}

/**
 * AFTER triggers: by row on the old table, by statement on the new one, where one statement may write many
 * rows of a list. Only those of a row that is deleted go before it, so that they do not speak for another one that
 * the same statement puts in its place. What the sync itself writes passes by, known by the depth at which it writes.
 */
export function createListTriggers(pair: ListPair, moving: MovingRows | null): readonly string[] {
  const { id, list } = pair;
  const heard = heardBy(id);
  const named = (event: string, time = 'AFTER'): string =>
    `CREATE OR REPLACE TRIGGER zzz_crossfade_${id}_1_${event.toLowerCase()} ${time} ${event} ON `;
  const run = (place: Place, when: string): string =>
    ` ${when} EXECUTE FUNCTION ${listFunctionName(pair, place)}()`;
  const on = (place: Place, event: string, when: string): string =>
    `${named(event)}${tableAt(pair, place)}${run(place, when)}`;
  const changed = [...new Set([...list.key, ...list.reads])]
    .map((one) => unlike(`NEW.${quoteExisting(one.name)}`, `OLD.${quoteExisting(one.name)}`, one))
    .join(' OR ');
  const kept = [id, pair.migration.name, pair.narrow, pair.wide].map(quoteLiteral).join(', ');
  const [fresh, gone] = ['NEW TABLE AS _crossfade_new', 'OLD TABLE AS _crossfade_old'];
  const statement = (tables: string): string =>
    `${tables} FOR EACH STATEMENT WHEN (${heard})`.trimStart();
  return [
    `CREATE OR REPLACE TRIGGER zzz_crossfade_${id}_0_keep BEFORE UPDATE ON ${tableAt(pair, 'wide')} FOR EACH STATEMENT ` +
      `WHEN (current_setting('crossfade.trouble', true) <> '') EXECUTE FUNCTION crossfade.keep_aside(${kept})`,
    on('wide', 'INSERT', `FOR EACH ROW WHEN (${heard})`),
    on('wide', 'UPDATE', `FOR EACH ROW WHEN ((${changed}) AND ${heard})`),
    `${named('DELETE', 'BEFORE')}${tableAt(pair, 'wide')}${run('wide', `FOR EACH ROW WHEN (${heard})`)}`,
    on('wide', 'TRUNCATE', statement('')),
    on('narrow', 'INSERT', statement(`REFERENCING ${fresh}`)),
    on('narrow', 'UPDATE', statement(`REFERENCING ${gone} ${fresh}`)),
    on('narrow', 'DELETE', statement(`REFERENCING ${gone}`)),
    on('narrow', 'TRUNCATE', statement('')),
    ...(moving === null
      ? []
      : [
          onEachPart(named('TRUNCATE'), moving.table, run('wide', statement(''))),
          ...createMoveTriggers(moving, heard),
        ]),
  ];
}
