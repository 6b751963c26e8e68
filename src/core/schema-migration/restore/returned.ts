import { columnsIn, matchTables } from './matched.ts';
import type { Standing } from './standing.ts';

/** What comes back, in words, for the history: `column users.dob`. */
export function returned(was: Standing, is: Standing): readonly string[] {
  const things = matchTables(was, is).flatMap((table) => [
    ...(table.was.schema === table.is.schema ? [] : [`table ${table.was.name}`]),
    ...columnsIn(table)
      .filter((column) => column.is.name.startsWith('_crossfade_') && !isAside(column.was.name))
      .map((column) => `column ${table.was.name}.${column.was.name}`),
  ]);
  const views = was.views.map(({ schema, name }) => `view ${schema}.${name}`);
  return [`brought back: ${[...things, ...views].join(', ')}`];
}

const isAside = (name: string): boolean => name.startsWith('_crossfade_');
