import type { SplitTable } from '../../src/core/schema-migration/moving-operations.ts';

/** Of -1, `down` makes NULL, from which nothing leads back; `soon` means nothing to `up`. */
export const SPLIT_USERS: SplitTable = {
  operation: 'splitTable',
  table: 'users',
  into: 'addresses',
  key: { id: 'user_id' },
  columns: [
    { column: 'street', to: 'street' },
    {
      column: 'zip',
      to: 'postcode',
      type: 'integer',
      up: 'zip::integer',
      down: 'nullif(postcode, -1)::text',
    },
  ],
  foreignKey: false,
};
