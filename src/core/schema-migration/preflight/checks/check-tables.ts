import type { Finding } from '../finding.ts';
import type { TableFacts, TargetFacts, TriggerFacts } from '../target-facts.ts';

/**
 * What people have put onto the touched tables.
 * @param replaced columns that contract puts aside, by table
 * @param isFilled true for a table whose rows the backfill writes
 */
export function checkTables(
  { tables }: TargetFacts,
  replaced: (table: TableFacts) => readonly string[],
  isFilled: (table: TableFacts) => boolean,
): readonly Finding[] {
  return tables.flatMap((table) => [
    ...(isFilled(table) ? triggers(table) : []),
    ...lateTriggers(table),
    ...rules(table),
    ...readers(table, replaced(table)),
    ...rowSecurity(table, replaced(table)),
    ...generated(table),
    ...inheritance(table),
  ]);
}

function triggers({ name, triggers: all }: TableFacts): readonly Finding[] {
  const firing = all.filter(({ onUpdate, columns }) => onUpdate && columns.length === 0);
  if (firing.length === 0) return [];
  return [
    {
      code: 'trigger',
      severity: 'warns',
      table: name,
      message: `${listed('The trigger', firing)} of ${name} fires for every row that the backfill writes.`,
      remedy:
        "Let it pass when current_setting('crossfade.sync', true) = 'off', or bear what it does.",
    },
  ];
}

/** Ours are named to run last: one that runs later could change a value that is in step already. */
function lateTriggers({ name, triggers: all }: TableFacts): readonly Finding[] {
  return all
    .filter((one) => one.before && one.row && (one.onInsert || one.onUpdate))
    .filter((one) => one.name > 'zzz_crossfade_')
    .map((one) => ({
      code: 'triggerOrder',
      severity: 'blocks',
      table: name,
      message: `The trigger ${one.name} of ${name} runs after the triggers that keep both shapes in step (PostgreSQL runs them by name), so what it changes would not be kept in step.`,
      remedy: `ALTER TRIGGER ${quoted(one.name)} ON ${name} RENAME TO … with a name before zzz_crossfade.`,
    }));
}

/** PostgreSQL refuses an UPDATE inside WITH where a rule does more, and a rule may do instead. */
function rules({ name, rules: all }: TableFacts): readonly Finding[] {
  return all
    .filter(({ event }) => event !== 'select')
    .map((rule) => ({
      code: 'rule',
      severity: rule.event === 'update' ? 'blocks' : 'warns',
      table: name,
      message:
        rule.event === 'update'
          ? `The rule ${rule.name} rewrites every UPDATE of ${name}, so the backfill's would not do what it says.`
          : `The rule ${rule.name} rewrites every ${rule.event.toUpperCase()} of ${name}, through the versions' views as well.`,
      remedy: `Replace it by a trigger, then DROP RULE ${quoted(rule.name)} ON ${name};`,
    }));
}

/** A rename is followed: the view goes on reading the column that was put aside. */
function readers(
  { name, readers: all }: TableFacts,
  replaced: readonly string[],
): readonly Finding[] {
  return all.flatMap((view) => {
    const going = view.columns.filter((column) => replaced.includes(column));
    if (going.length === 0) return [];
    const kind = view.materialized ? 'materialized view' : 'view';
    return [
      {
        code: 'view',
        severity: 'warns',
        table: name,
        message: `The ${kind} ${view.name} reads ${going.join(', ')} of ${name}; after contract it still does, and shows what is no longer written.`,
        remedy: `Before contract let ${view.name} read the new shape.`,
      } as const,
    ];
  });
}

function rowSecurity({ name, rls }: TableFacts, replaced: readonly string[]): readonly Finding[] {
  if (!rls.enabled) return [];
  return rls.policies.flatMap((policy) => {
    const going = policy.columns.filter((column) => replaced.includes(column));
    if (going.length === 0) return [];
    return [
      {
        code: 'rowSecurity',
        severity: 'warns',
        table: name,
        message: `The row-level security policy ${policy.name} of ${name} reads ${going.join(', ')}; after contract it decides by what is no longer written.`,
        remedy: `Before contract: ALTER POLICY ${quoted(policy.name)} ON ${name} … over the new shape.`,
      } as const,
    ];
  });
}

function generated({ name, generated: columns }: TableFacts): readonly Finding[] {
  if (columns.length === 0) return [];
  const message = `${name} has generated columns (${columns.join(', ')}); the backfill computes the stored ones anew for every row, and no operation may read or feed them.`;
  const remedy = 'Reckon with a slower backfill.';
  return [{ code: 'generatedColumn', severity: 'warns', table: name, message, remedy }];
}

function inheritance({ name, partitioned, children, parents }: TableFacts): readonly Finding[] {
  const about = { code: 'inheritance', severity: 'warns', table: name } as const;
  if (parents.length > 0) {
    const message = `${name} is a part of ${parents.join(', ')}, whose columns decide about its own.`;
    return [{ ...about, message, remedy: `Change ${parents[0] ?? 'the parent'} instead.` }];
  }
  if (children === 0) return [];
  const what = partitioned ? 'partitions' : 'tables that inherit from it';
  const message = `${name} has ${children} ${what}; a change of its columns locks them all at once.`;
  return [{ ...about, message, remedy: 'Reckon with a lock that is harder to get.' }];
}

function listed(title: string, all: readonly TriggerFacts[]): string {
  return all.length === 1
    ? `${title} ${all[0]?.name ?? ''}`
    : `Each of the triggers ${all.map(({ name }) => name).join(', ')}`;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
