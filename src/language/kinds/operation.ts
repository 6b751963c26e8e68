import { z } from 'zod';

import { exactlyOne } from './exactly-one.ts';
import { optional } from './key.ts';
import { mapping } from './mapping.ts';
import { addCheck } from './operations/add-check.ts';
import { addColumn } from './operations/add-column.ts';
import { addForeignKey } from './operations/add-foreign-key.ts';
import { addPrimaryKey } from './operations/add-primary-key.ts';
import { addUnique } from './operations/add-unique.ts';
import { changeType } from './operations/change-type.ts';
import { createIndex } from './operations/create-index.ts';
import { createTable } from './operations/create-table.ts';
import { dropColumn } from './operations/drop-column.ts';
import { dropIndex } from './operations/drop-index.ts';
import { dropNotNull } from './operations/drop-not-null.ts';
import { dropTable } from './operations/drop-table.ts';
import { mergeTables } from './operations/merge-tables.ts';
import { renameColumn } from './operations/rename-column.ts';
import { renameTable } from './operations/rename-table.ts';
import { setDefault } from './operations/set-default.ts';
import { setNotNull } from './operations/set-not-null.ts';
import { sql } from './operations/sql.ts';
import { splitList } from './operations/split-list.ts';
import { splitTable } from './operations/split-table.ts';

const operations = {
  addCheck: optional(addCheck, 'Adds a condition that every row of the new version fulfils.'),
  addColumn: optional(addColumn, 'Adds a column that is kept in step with an old one.'),
  addForeignKey: optional(addForeignKey, 'Lets every row lead to one of another table.'),
  addPrimaryKey: optional(addPrimaryKey, 'Tells the rows of a table apart.'),
  addUnique: optional(addUnique, 'Lets values occur once.'),
  changeType: optional(changeType, 'Gives a column values of another type.'),
  createIndex: optional(createIndex, 'Gives the new version an index.'),
  createTable: optional(createTable, 'Adds a table that only the new version knows.'),
  dropColumn: optional(dropColumn, 'Takes a column away from the new version.'),
  dropIndex: optional(dropIndex, 'Takes an index away at contract.'),
  dropNotNull: optional(dropNotNull, 'Lets the new version write NULL.'),
  dropTable: optional(dropTable, 'Takes a table away from the new version.'),
  mergeTables: optional(mergeTables, 'Moves the columns of a table into another one.'),
  renameColumn: optional(renameColumn, 'Gives a column another name.'),
  renameTable: optional(renameTable, 'Gives a table another name.'),
  setDefault: optional(setDefault, 'Changes what an insert may leave out.'),
  setNotNull: optional(setNotNull, 'Spares the new version NULL.'),
  sql: optional(sql, 'Runs statements of your own in each part.'),
  splitList: optional(
    splitList,
    'Makes rows of a table of their own out of the elements of a list.',
  ),
  splitTable: optional(splitTable, 'Moves columns to a table of their own.'),
};

/** One operation of a schema migration: a mapping with the operation's name as its only key. */
export const operationSchema = mapping(operations)
  .refine(
    ...exactlyOne(
      Object.keys(operations),
      'an operation is one key, such as `addColumn`; give each its own list item',
    ),
  )
  .meta({
    id: 'Operation',
    description: 'One operation of a schema migration: a mapping with one of these keys.',
    minProperties: 1,
    maxProperties: 1,
  });

export type OperationInput = z.output<typeof operationSchema>;

export const operationsSchema = z
  .array(operationSchema)
  .min(1, { error: 'expected at least one operation' });
