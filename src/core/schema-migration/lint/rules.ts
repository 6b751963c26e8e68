import type { Rule } from './rule.ts';
import { addedColumnRules } from './rules/added-columns.ts';
import { changedColumnRules } from './rules/changed-columns.ts';
import { constraintRules } from './rules/constraints.ts';
import { indexRules } from './rules/indexes.ts';
import { maintenanceRules } from './rules/maintenance.ts';
import { nameRules } from './rules/names.ts';
import { partitionRules } from './rules/partitions.ts';
import { rowRules } from './rules/rows.ts';
import { tableRules } from './rules/tables.ts';
import { transactionRules } from './rules/transactions.ts';
import { typeRules } from './rules/types.ts';
import { versionRules } from './rules/versions.ts';

/** What can be said of a migration by its text alone, in the order in which it is said of a statement. */
export const rules: readonly Rule[] = [
  ...addedColumnRules,
  ...changedColumnRules,
  ...constraintRules,
  ...indexRules,
  ...partitionRules,
  ...tableRules,
  ...maintenanceRules,
  ...typeRules,
  ...rowRules,
  ...transactionRules,
  ...nameRules,
  ...versionRules,
];
