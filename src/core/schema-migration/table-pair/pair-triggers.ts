import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { createMoveTriggers, moveTriggerNames } from '../parted/row-moves.ts';
import { onEachPart } from '../parted/truncated-part.ts';
import { unlike } from '../unlike.ts';
import { heardBy } from './heard.ts';
import { movingWide } from './moving-wide.ts';
import { comparedAt, scratchColumns, tableAt } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';

export function syncFunctionName(pair: TablePair, place: Place): string {
  return `crossfade.sync_${pair.id}_${place}`;
}

/** For rows that go: by DELETE, and by TRUNCATE. */
export function goneFunctionName(pair: TablePair, place: Place): string {
  return `crossfade.gone_${pair.id}_${place}`;
}

/** Triggers of both tables, by table. They sort last, so that the application's own go before. */
export function triggersOn(pair: TablePair): readonly (readonly [Place, string])[] {
  const events = ['0_keep', '1_insert', '1_update', '1_delete', '1_truncate'];
  const moves = pair.placed.wide === null ? [] : moveTriggerNames(pair.id);
  return [
    ...(['wide', 'narrow'] as const).flatMap((place) =>
      events.map((event) => [place, `zzz_crossfade_${pair.id}_${event}`] as const),
    ),
    ...moves.map((name) => ['wide', name] as const),
  ];
}

export function dropTriggers(pair: TablePair): readonly string[] {
  return triggersOn(pair).map(
    ([place, name]) => `DROP TRIGGER IF EXISTS ${name} ON ${tableAt(pair, place)}`,
  );
}

/**
 * AFTER triggers, so that they see what the application's own triggers left. What the sync itself
 * writes passes by. A trigger of the application that such a write sets off writes one deeper, and is heard
 * like everybody else.
 */
export function createTriggers(pair: TablePair): readonly string[] {
  const heard = heardBy(pair.id);
  const moving = movingWide(pair);
  const onEach = (['wide', 'narrow'] as const).flatMap((place) => {
    const table = tableAt(pair, place);
    const stem = `CREATE OR REPLACE TRIGGER zzz_crossfade_${pair.id}`;
    const sync = `EXECUTE FUNCTION ${syncFunctionName(pair, place)}()`;
    const gone = `EXECUTE FUNCTION ${goneFunctionName(pair, place)}()`;
    const going = place === 'wide' && goesAhead(pair) ? 'BEFORE' : 'AFTER';
    const truncate = [
      `${stem}_1_truncate AFTER TRUNCATE ON `,
      ` FOR EACH STATEMENT WHEN (${heard}) ${gone}`,
    ] as const;
    return [
      `${stem}_0_keep BEFORE UPDATE ON ${table} FOR EACH STATEMENT ` +
        `WHEN (current_setting('crossfade.trouble', true) <> '') ` +
        `EXECUTE FUNCTION crossfade.keep_aside(${keepArguments(pair)})`,
      `${stem}_1_insert AFTER INSERT ON ${table} FOR EACH ROW WHEN (${heard}) ${sync}`,
      `${stem}_1_update AFTER UPDATE ON ${table} FOR EACH ROW WHEN ((${changed(pair, place)}) AND ${heard}) ${sync}`,
      `${stem}_1_delete ${going} DELETE ON ${table} FOR EACH ROW WHEN (${heard}) ${gone}`,
      truncate.join(table),
      ...(pair.placed[place] === null ? [] : [onEachPart(truncate[0], table, truncate[1])]),
    ];
  });
  return moving === null ? onEach : [...onEach, ...createMoveTriggers(moving, heard)];
}

/**
 * True where a narrow row goes before its wide one: where a foreign key of it would refuse to be left, and where the
 * narrow table is new. There nothing but the sync notices, and whoever puts another row in the place of the one that
 * goes, in the same statement, finds no values of that one which would speak for it.
 */
const goesAhead = ({ leans, old }: TablePair): boolean => leans || old === 'wide';

/** As the quarantine holds them: operation, migration, column, and the table whose key it is. */
function keepArguments(pair: TablePair): string {
  return [pair.id, pair.migration.name, pair.narrow, pair.wide].map(quoteLiteral).join(', ');
}

function changed(pair: TablePair, place: Place): string {
  const watched = [
    ...pair.columns.map((column) => ({ ...comparedAt(column, place), name: column.names[place] })),
    ...pair.key.map((part) => ({ name: part[place], type: part.type, collation: null })),
    ...(pair.old === place ? scratchColumns(pair) : []),
  ];
  const isChanged = new Map(
    watched.map((one) => {
      const name = quoteExisting(one.name);
      return [name, unlike(`NEW.${name}`, `OLD.${name}`, one)];
    }),
  );
  const poked = place === 'narrow' ? ` OR ${isAdopted(pair)}` : '';
  return `${[...isChanged.values()].join(' OR ')}${poked}`;
}

/** True while a narrow row that was there first is given to its wide row. */
export function isAdopted(pair: TablePair): string {
  return `coalesce(current_setting('crossfade.adopt', true), '') = ${quoteLiteral(pair.id)}`;
}
