/**
 * SQL of a table with a key of which 1, 2 and all other values have a partition of their own: whoever changes a key
 * moves a row. The partition of 2 has one below it.
 */
export const partedByKey = (table: string, columns: string, key = 'id'): string =>
  `CREATE TABLE ${table} (${columns}) PARTITION BY LIST (${key});
  CREATE TABLE ${table}_1 PARTITION OF ${table} FOR VALUES IN (1);
  CREATE TABLE ${table}_2 PARTITION OF ${table} FOR VALUES IN (2) PARTITION BY HASH (${key});
  CREATE TABLE ${table}_20 PARTITION OF ${table}_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE ${table}_rest PARTITION OF ${table} DEFAULT`;

/** The partition of one of the keys 1 to 3. */
export const partOf = (table: string, key: number): string =>
  `${table}_${key === 3 ? 'rest' : key}`;
