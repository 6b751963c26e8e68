import type { Objection, Rule } from '../rule.ts';
import { commandsOf, definitionOf, relationName, type Statement, tableOf } from '../statement.ts';
import { fieldsIn, flagIn, nodesIn } from '../syntax-tree.ts';

/** `ATTACH` and `DETACH`, and whether others may go on meanwhile. */
function partitionCommands(
  statement: Statement,
  subtype: string,
): readonly { readonly partition: string; readonly isConcurrent: boolean }[] {
  return commandsOf(statement)
    .filter((command) => command.subtype === subtype)
    .map((command) => {
      const fields = definitionOf(command)?.fields ?? {};
      return {
        partition: relationName(fieldsIn(fields, 'name')),
        isConcurrent: flagIn(fields, 'concurrent'),
      };
    });
}

export const partitionRules: readonly Rule[] = [
  {
    name: 'attach-partition',
    severity: 'warning',
    safe: 'a CHECK that says the same, NOT VALID and then validated, on the new partition and the opposite on the default one, first',
    find: (statement, { fresh }) =>
      partitionCommands(statement, 'AT_AttachPartition')
        .filter(({ partition }) => !fresh.has(partition))
        .map(({ partition }) => ({
          message: `all rows of ${partition} and of the default partition are read while nobody may use them`,
        })),
  },
  {
    name: 'detach-partition',
    severity: 'error',
    safe: 'DETACH PARTITION … CONCURRENTLY, outside of any transaction (not with a default partition)',
    find: (statement) =>
      partitionCommands(statement, 'AT_DetachPartition')
        .filter(({ isConcurrent }) => !isConcurrent)
        .map(() => ({ message: `nobody may use ${tableOf(statement)} nor any of its partitions` })),
  },
  {
    name: 'create-partition',
    severity: 'warning',
    safe: 'CREATE TABLE … (LIKE …), then ATTACH PARTITION, which lets others go on',
    find: ({ kind, fields }, { fresh }): readonly Objection[] => {
      if (kind !== 'CreateStmt' || !('partbound' in fields)) return [];
      return nodesIn(fields, 'inhRelations')
        .map((parent) => relationName(parent.fields))
        .filter((parent) => !fresh.has(parent))
        .map((parent) => ({
          message: `nobody may use ${parent} nor its default partition meanwhile`,
        }));
    },
  },
];
