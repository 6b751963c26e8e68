import type { BrokenSql } from './broken-sql.ts';

/** The sync of tables and of lists. */
export const brokenTables: readonly BrokenSql[] = [
  {
    what: 'a row whose key changes takes only what changed along',
    file: 'table-pair/write.ts',
    from: "    '    _crossfade_all := true;',\n",
    to: '',
    spec: 'schema-migration/merge-property',
  },
  {
    what: 'what a trigger makes of a row of the other table is not noticed',
    file: 'table-pair/write.ts',
    from: '[`IF FOUND AND ${anyOf(apart)} THEN`',
    to: '[`IF FOUND AND false THEN`',
    spec: 'schema-migration/table-sync-triggers',
  },
  {
    what: 'an early row is not given to its late one',
    file: 'table-pair/write.ts',
    from: "`    PERFORM set_config('crossfade.adopt', ${quoteLiteral(pair.id)}, true);`,\n",
    to: '',
    spec: 'schema-migration/table-sync-rule',
  },
  {
    what: 'what the other table refuses fails the write',
    file: 'table-pair/write.ts',
    from: 'if (!pair.refusing[otherPlace(here)]) return lines;',
    to: "if (pair.id !== '') return lines;",
    spec: 'schema-migration/table-sync-triggers',
  },
  {
    what: 'the wrong side wins where both tables are written at once',
    file: 'table-pair/both-wrote.ts',
    from: 'THEN true ELSE ${!isNew} END`',
    to: 'THEN true ELSE ${isNew} END`',
    spec: 'schema-migration/table-sync-rule',
  },
  {
    what: 'nobody has written the other row',
    file: 'table-pair/written-here.ts',
    from: '_crossfade_ids.distance < 1048576',
    to: '_crossfade_ids.distance < 0',
    spec: 'schema-migration/table-sync-rule',
  },
  {
    what: 'rows go before those that lean on them',
    file: 'table-pair/pair-triggers.ts',
    from: "const going = place === 'wide' && pair.leans ? 'BEFORE' : 'AFTER';",
    to: "const going = 'AFTER';",
    spec: 'operations/merge-tables',
  },
  {
    what: 'two writers of one list do not wait for each other',
    file: 'list-pair/narrow-function.ts',
    from: ' FOR NO KEY UPDATE;`',
    to: ';`',
    spec: 'operations/split-list',
  },
  {
    what: 'a list and its rows written at once are not told apart',
    file: 'list-pair/wide-function.ts',
    from: '...bothWritten(pair),',
    to: '',
    spec: 'operations/split-list',
  },
  {
    what: 'early rows of a list are not given to a late one',
    file: 'list-pair/wide-function.ts',
    from: "`    UPDATE ${narrow} AS _e SET ${value} = _e.${value} WHERE ${isOf(pair, 'NEW')};`,",
    to: '',
    spec: 'operations/split-list',
  },
  {
    what: 'a list that takes no NULL gets one',
    file: 'list-pair/narrow-function.ts',
    from: "${list.fed.notNull ? ' OR _crossfade_back IS NULL' : ''} THEN`,",
    to: 'AND false THEN`,',
    spec: 'operations/split-list',
  },
  {
    what: 'what was apart under the key before is forgotten under the new one',
    file: 'table-pair/sync-function.ts',
    from: "    ...(here === 'wide' ? stillApart(pair) : []),\n",
    to: '',
    spec: 'schema-migration/table-sync-rule',
  },
];
