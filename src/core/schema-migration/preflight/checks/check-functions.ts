import type { Finding } from '../finding.ts';
import type { TableFacts, TargetFacts } from '../target-facts.ts';

/**
 * Functions of the application that speak of a column which contract takes away. Views follow a rename; the text of
 * a function does not, and fails when somebody calls it, a trigger's at the next write.
 * @param changed columns that are gone, or another shape, after contract, by table
 */
export function checkFunctions(
  { tables }: TargetFacts,
  changed: (table: TableFacts) => readonly string[],
): readonly Finding[] {
  return tables.flatMap((table) =>
    table.functions.flatMap((one) => {
      const going = one.columns.filter((column) => changed(table).includes(column));
      if (going.length === 0) return [];
      return [
        {
          code: 'function',
          severity: 'warns',
          table: table.name,
          message: `The function ${one.name} speaks of ${going.join(', ')} of ${table.name}, by its text; after contract that is another column, or none.`,
          remedy: `Before contract let ${one.name} go by the new shape.`,
        } as const,
      ];
    }),
  );
}
