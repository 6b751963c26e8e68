const checkedNotNull = `ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;
  ALTER TABLE t VALIDATE CONSTRAINT c;`;

/** What a rule finds, and what lies next to it and is none of its business. */
type LintCase = readonly [rule: string, bad: readonly string[], good: readonly string[]];

export const lintCases: readonly LintCase[] = [
  [
    'not-null-column',
    ['ALTER TABLE t ADD a int NOT NULL'],
    [
      'ALTER TABLE t ADD a int',
      'ALTER TABLE t ADD a int NOT NULL DEFAULT 0',
      'CREATE TABLE t (b bigint); ALTER TABLE t ADD a int NOT NULL',
    ],
  ],
  [
    'volatile-default',
    [
      'ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE t ADD a timestamptz DEFAULT clock_timestamp()',
      `ALTER TABLE t ADD a bigint DEFAULT nextval('s')`,
    ],
    [
      'ALTER TABLE t ADD a timestamptz DEFAULT now()',
      'ALTER TABLE t ADD a date DEFAULT CURRENT_DATE',
      `ALTER TABLE t ADD a text DEFAULT 'x'`,
      'ALTER TABLE t ALTER a SET DEFAULT gen_random_uuid()',
    ],
  ],
  ['serial-column', ['ALTER TABLE t ADD a bigserial'], ['ALTER TABLE t ADD a bigint']],
  [
    'identity-column',
    ['ALTER TABLE t ADD a bigint GENERATED ALWAYS AS IDENTITY'],
    ['ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY'],
  ],
  [
    'generated-column',
    ['ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED'],
    ['ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) VIRTUAL'],
  ],
  [
    'references-in-column',
    ['ALTER TABLE t ADD a bigint REFERENCES u'],
    ['ALTER TABLE t ADD a bigint'],
  ],
  [
    'unique-column',
    ['ALTER TABLE t ADD a int UNIQUE', 'ALTER TABLE t ADD a int PRIMARY KEY'],
    ['CREATE TABLE t (a int UNIQUE)'],
  ],
  ['json-column', ['ALTER TABLE t ADD a json'], ['ALTER TABLE t ADD a jsonb']],
  [
    'set-not-null',
    ['ALTER TABLE t ALTER a SET NOT NULL', `${checkedNotNull} ALTER TABLE t ALTER b SET NOT NULL`],
    [`${checkedNotNull} ALTER TABLE t ALTER a SET NOT NULL`],
  ],
  [
    'drop-not-null',
    ['ALTER TABLE t ALTER a DROP NOT NULL'],
    ['ALTER TABLE t ALTER a DROP DEFAULT'],
  ],
  [
    'change-type',
    ['ALTER TABLE t ALTER a TYPE bigint', 'ALTER TABLE t ALTER a TYPE text USING lower(a)'],
    ['CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE bigint'],
  ],
  ['drop-column', ['ALTER TABLE t DROP a'], ['CREATE TABLE t (a int); ALTER TABLE t DROP a']],
  [
    'drop-constraint',
    ['ALTER TABLE t DROP CONSTRAINT t_fkey'],
    ['ALTER TABLE t ALTER a DROP DEFAULT'],
  ],
  [
    'add-check',
    ['ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)', 'ALTER TABLE t ADD a int CHECK (a > 1)'],
    ['ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NOT VALID'],
  ],
  [
    'add-not-null',
    ['ALTER TABLE t ADD CONSTRAINT c NOT NULL a'],
    ['ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID'],
  ],
  [
    'add-foreign-key',
    ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u'],
    ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID'],
  ],
  [
    'add-unique',
    ['ALTER TABLE t ADD UNIQUE (a)'],
    ['ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i'],
  ],
  [
    'add-primary-key',
    ['ALTER TABLE t ADD PRIMARY KEY (a)'],
    ['ALTER TABLE t ADD PRIMARY KEY USING INDEX i'],
  ],
  [
    'primary-key-over-nullable',
    ['ALTER TABLE t ADD PRIMARY KEY USING INDEX i'],
    ['ALTER TABLE t ADD UNIQUE USING INDEX i'],
  ],
  [
    'add-exclusion',
    ['ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)'],
    ['CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))'],
  ],
  [
    'foreign-key-without-index',
    [
      'CREATE TABLE t (a bigint REFERENCES u)',
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID',
    ],
    [
      'CREATE INDEX CONCURRENTLY ON t (a, b); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID',
    ],
  ],
  [
    'validate-at-once',
    [
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
    ],
    [
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NOT VALID; COMMIT; ALTER TABLE t VALIDATE CONSTRAINT c',
    ],
  ],
  [
    'create-index',
    ['CREATE INDEX ON t (a)', 'CREATE UNIQUE INDEX i ON t (a)'],
    ['CREATE INDEX CONCURRENTLY ON t (a)', 'CREATE TABLE t (a int); CREATE INDEX ON t (a)'],
  ],
  ['drop-index', ['DROP INDEX i'], ['DROP INDEX CONCURRENTLY i']],
  [
    'reindex',
    ['REINDEX TABLE t'],
    ['REINDEX (CONCURRENTLY) TABLE t', 'REINDEX TABLE CONCURRENTLY t'],
  ],
  [
    'concurrently-in-transaction',
    ['BEGIN; CREATE INDEX CONCURRENTLY ON t (a); COMMIT'],
    ['BEGIN; COMMIT; CREATE INDEX CONCURRENTLY ON t (a)'],
  ],
  [
    'concurrently-with-lock-timeout',
    ['CREATE INDEX CONCURRENTLY ON t (a)'],
    ['SET lock_timeout = 0; CREATE INDEX CONCURRENTLY ON t (a)', 'DROP INDEX CONCURRENTLY i'],
  ],
  [
    'wide-index',
    ['CREATE INDEX CONCURRENTLY ON t (a, b, c, d)'],
    ['CREATE INDEX CONCURRENTLY ON t (a, b, c)'],
  ],
  [
    'attach-partition',
    ['ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)'],
    ['CREATE TABLE p (LIKE t); ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)'],
  ],
  [
    'detach-partition',
    ['ALTER TABLE t DETACH PARTITION p'],
    ['ALTER TABLE t DETACH PARTITION p CONCURRENTLY'],
  ],
  [
    'create-partition',
    ['CREATE TABLE p PARTITION OF t FOR VALUES IN (1)'],
    [
      'CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (1)',
    ],
  ],
  [
    'drop-object',
    ['DROP TABLE t', 'DROP TABLE s.t CASCADE', 'DROP DATABASE d', 'DROP SCHEMA s'],
    ['CREATE TABLE t (); DROP TABLE t', 'DROP FUNCTION f'],
  ],
  ['truncate', ['TRUNCATE t', 'TRUNCATE t, u CASCADE'], ['CREATE TABLE t (); TRUNCATE t']],
  [
    'rename',
    [
      'ALTER TABLE t RENAME a TO b',
      'ALTER TABLE t RENAME TO u',
      'ALTER SCHEMA s RENAME TO r',
      `ALTER TYPE mood RENAME VALUE 'a' TO 'b'`,
    ],
    ['ALTER INDEX i RENAME TO j', 'ALTER TABLE t RENAME CONSTRAINT c TO d'],
  ],
  ['set-schema', ['ALTER TABLE t SET SCHEMA s'], ['CREATE TABLE t (); ALTER TABLE t SET SCHEMA s']],
  [
    'replace-view',
    ['CREATE OR REPLACE VIEW v AS SELECT 1 AS a'],
    ['CREATE VIEW v AS SELECT 1 AS a'],
  ],
  ['star-in-view', ['CREATE VIEW v AS SELECT * FROM t'], ['CREATE VIEW v AS SELECT a FROM t']],
  [
    'rewriting-maintenance',
    [
      'VACUUM FULL t',
      'CLUSTER t USING i',
      'ALTER TABLE t SET LOGGED',
      'ALTER TABLE t SET TABLESPACE s',
    ],
    ['VACUUM t', 'VACUUM (FULL false) t', 'ALTER TABLE t CLUSTER ON i'],
  ],
  ['lock-table', ['LOCK TABLE t'], ['SELECT 1']],
  [
    'changed-meaning',
    ['ALTER TABLE t ENABLE ROW LEVEL SECURITY', 'ALTER TABLE t REPLICA IDENTITY FULL'],
    ['CREATE TABLE t (); ALTER TABLE t ENABLE ROW LEVEL SECURITY'],
  ],
  [
    'trigger',
    [
      'CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()',
      'ALTER TABLE t DISABLE TRIGGER g',
    ],
    ['CREATE TABLE t (); CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()'],
  ],
  [
    'refresh-materialized-view',
    ['REFRESH MATERIALIZED VIEW v'],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY v'],
  ],
  [
    'doubtful-type',
    [
      'CREATE TABLE t (a varchar(20))',
      'CREATE TABLE t (a char(2))',
      'CREATE TABLE t (a timestamp)',
      'CREATE TABLE t (a int PRIMARY KEY)',
      'CREATE TABLE t (a bigserial)',
    ],
    ['CREATE TABLE t (a bigint PRIMARY KEY, b int, c varchar, d timestamptz)'],
  ],
  ['domain-with-check', ['CREATE DOMAIN d AS int CHECK (value > 0)'], ['CREATE DOMAIN d AS int']],
  [
    'domain-check',
    ['ALTER DOMAIN d ADD CHECK (value > 0)'],
    ['ALTER DOMAIN d ADD CHECK (value > 0) NOT VALID'],
  ],
  [
    'enum-value-without-place',
    [`ALTER TYPE mood ADD VALUE 'x'`],
    [`ALTER TYPE mood ADD VALUE 'x' BEFORE 'y'`],
  ],
  ['enum', [`CREATE TYPE mood AS ENUM ('a')`], ['CREATE TYPE pair AS (a int, b int)']],
  [
    'unbounded-change',
    ['UPDATE t SET a = 1', 'DELETE FROM t', 'UPDATE t SET a = 1 WHERE b'],
    ['CREATE TABLE t (a int); UPDATE t SET a = 1', 'INSERT INTO t VALUES (1)'],
  ],
  [
    'column-set-twice',
    ['UPDATE t SET a = 1, a = 2 WHERE b'],
    ['UPDATE t SET a[1] = 1, a[2] = 2 WHERE b'],
  ],
  [
    'several-tables-locked',
    ['BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT'],
    ['ALTER TABLE t ADD a int; ALTER TABLE u ADD a int'],
  ],
  [
    'slow-while-locked',
    ['BEGIN; ALTER TABLE t ADD a int; UPDATE u SET b = 1 WHERE c; COMMIT'],
    ['BEGIN; ALTER TABLE t ADD a int; COMMIT; UPDATE u SET b = 1 WHERE c'],
  ],
  ['nested-transaction', ['BEGIN; BEGIN; COMMIT'], ['BEGIN; COMMIT; BEGIN; COMMIT']],
  [
    'altered-again',
    ['BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; COMMIT'],
    ['ALTER TABLE t ADD a int, ADD b int', 'ALTER TABLE t ADD a int; ALTER TABLE t ADD b int'],
  ],
  [
    'long-name',
    [
      `CREATE INDEX CONCURRENTLY ${'i'.repeat(64)} ON t (a)`,
      `ALTER TABLE t ADD ${'é'.repeat(32)} int`,
    ],
    [`CREATE INDEX CONCURRENTLY ${'i'.repeat(63)} ON t (a)`],
  ],
];
