import { tableState } from '../change.ts';
import type { Change, ChangeStatement, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import { quoteIdentifier, quoteLiteral } from '../identifier.ts';
import type { Sql } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { tablesOf } from '../schema-migration.ts';
import { checkedStatements } from '../sql/checked-statements.ts';
import { limitTime, unlimitTime } from '../sql/time-limit.ts';
import { trialOf } from '../sql/trial.ts';
import { expressionSettings } from '../expression-settings.ts';
import { presentTable } from './present-table.ts';

/**
 * The author's statements in the transactions of the parts. Nothing is inferred from them: that they
 * ran is written down, and the new version shows the tables as they then are.
 */
export function resolveSql(operation: Sql, scene: Scene): readonly Change[] {
  const { migration, catalog } = scene;
  const names = tablesOf(operation);
  const tables = names.map((name) => {
    return presentTable({ ...operation, table: name }, { ...scene, table: scene.find(name) });
  });
  const id = operationId(migration, 'sql', String(migration.operations.indexOf(operation)));
  const [expand, contract, down] = (['expand', 'contract', 'down'] as const).map((part) =>
    checkedStatements(operation[part], part),
  ) as [readonly string[], readonly string[], readonly string[]];
  const contracted = tables.some((table) => tableState(migration, table) === 'contracted');
  const isDone = contracted || expand.length === 0 || catalog.done.includes(id);
  const also = tables.map(({ name }) => ({ schema: migration.schema, name }));
  const ours = (statements: readonly string[]): readonly ChangeStatement[] =>
    inItsOwnSettings(migration, statements).map((sql) => ({ sql, lock: 'AccessExclusive', also }));
  const there = ours([...trialOf(expand, down), ...expand, markDone(id, migration.name)]);
  return names.map((table): Change => {
    if (table !== operation.table) return { id, table, changing: !isDone };
    return {
      id,
      table,
      changing: !isDone,
      alters: names,
      expand: isDone ? [] : there,
      last: { contract: ours([...contract, forget(id)]), retire: ours([...down, forget(id)]) },
    };
  });
}

/** Names that are not qualified are those of the tables' schema, also for what is made. */
function inItsOwnSettings(
  { schema }: SchemaMigration,
  statements: readonly string[],
): readonly string[] {
  const path = expressionSettings({ schema })['search_path'] ?? '';
  return [
    `SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_temp`,
    limitTime,
    ...statements,
    unlimitTime,
    `SET LOCAL search_path = ${path}`,
  ];
}

const markDone = (id: string, migration: string): string =>
  `INSERT INTO crossfade.done (operation, migration) VALUES (${quoteLiteral(id)}, ${quoteLiteral(migration)})`;

const forget = (id: string): string =>
  `DELETE FROM crossfade.done WHERE operation = ${quoteLiteral(id)}`;
