import { describe, expect, it } from '@jest/globals';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import { parseScript } from './parse-script.ts';

const concurrent = 'CREATE INDEX CONCURRENTLY i ON t (a)';

/** What is known to be dangerous, and what is known not to be: the form, and the rules that name it. */
const forms: readonly (readonly [sql: string, ...rules: readonly string[]])[] = [
  ['ALTER TABLE t ADD a timestamptz DEFAULT now()'],
  ['ALTER TABLE t ADD a int NOT NULL', 'not-null-column'],
  ['ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()', 'volatile-default'],
  ['ALTER TABLE t ADD a bigserial', 'serial-column'],
  ['ALTER TABLE t ADD a bigint GENERATED ALWAYS AS IDENTITY', 'identity-column'],
  ['ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED', 'generated-column'],
  ['CREATE DOMAIN d AS int CHECK (value > 0)', 'domain-with-check'],
  ['ALTER TABLE t ADD a bigint REFERENCES u', 'references-in-column'],
  ['ALTER TABLE t ADD a int UNIQUE', 'unique-column'],
  ['ALTER TABLE t ADD a json', 'json-column'],
  ['CREATE TABLE t (a char(2))', 'doubtful-type'],
  ['ALTER TABLE t ALTER a SET NOT NULL', 'set-not-null'],
  ['ALTER TABLE t ALTER a DROP NOT NULL', 'drop-not-null'],
  ['ALTER TABLE t ALTER a TYPE bigint', 'change-type'],
  // Without a schema nobody knows that nothing is rewritten: what is seen on one takes it back.
  ['ALTER TABLE t ALTER a TYPE varchar(80)', 'change-type'],
  ['ALTER TABLE t DROP a', 'drop-column'],
  ['ALTER TABLE t RENAME a TO b', 'rename'],
  ['ALTER TABLE t ALTER a SET DEFAULT 1'],
  ['ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)', 'add-check'],
  ['ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u', 'add-foreign-key'],
  [
    'ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u NOT VALID',
    'foreign-key-without-index',
  ],
  ['ALTER TABLE t DROP CONSTRAINT c', 'drop-constraint'],
  ['ALTER TABLE t ADD UNIQUE (a)', 'add-unique'],
  ['ALTER TABLE t ADD PRIMARY KEY USING INDEX i', 'primary-key-over-nullable'],
  ['ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)', 'add-exclusion'],
  [
    'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
    'validate-at-once',
  ],
  ['ALTER DOMAIN d ADD CHECK (value > 0)', 'domain-check'],
  [`ALTER TYPE mood ADD VALUE 'x'`, 'enum-value-without-place'],
  ['CREATE INDEX ON t (a)', 'create-index'],
  ['DROP INDEX i', 'drop-index'],
  ['REINDEX TABLE t', 'reindex'],
  [`BEGIN; ${concurrent}; COMMIT`, 'concurrently-in-transaction', 'concurrently-with-lock-timeout'],
  ['CREATE INDEX CONCURRENTLY i ON t (a, b, c, d)', 'wide-index'],
  ['ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)', 'attach-partition'],
  ['ALTER TABLE t DETACH PARTITION p', 'detach-partition'],
  ['CREATE TABLE p PARTITION OF t FOR VALUES IN (1)', 'create-partition'],
  ['DROP TABLE t; TRUNCATE u', 'drop-object', 'truncate'],
  ['VACUUM FULL t', 'rewriting-maintenance'],
  ['LOCK TABLE t; ALTER TABLE u ENABLE ROW LEVEL SECURITY', 'lock-table', 'changed-meaning'],
  ['ALTER TABLE t DISABLE TRIGGER g', 'trigger'],
  ['REFRESH MATERIALIZED VIEW v', 'refresh-materialized-view'],
  ['CREATE OR REPLACE VIEW v AS SELECT 1 AS a', 'replace-view'],
  ['RESET lock_timeout; ALTER TABLE t ADD a int', 'missing-lock-timeout'],
  ['UPDATE t SET a = 1', 'unbounded-change'],
  ['BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT', 'several-tables-locked'],
  ['BEGIN; BEGIN; COMMIT', 'nested-transaction'],
  ['CREATE VIEW v AS SELECT * FROM t', 'star-in-view'],
  [`COMMENT ON TABLE t IS 'x'; ANALYZE t; ALTER TABLE t ALTER a SET STATISTICS 500`],
];

describe('forms of statements that are known to be dangerous, or not', () => {
  it('are forty-eight', () => {
    expect(forms).toHaveLength(48);
  });

  it.each(forms.map(([sql, ...rules], at) => ({ number: at + 1, sql, rules })))(
    '$number: $sql is named by $rules',
    async ({ sql, rules }) => {
      const parsed = await parseScript(`SET lock_timeout = '50ms'; ${sql}`);
      if ('message' in parsed) throw new Error(parsed.message);
      const found = lintScript(parsed, { server: 18, isWrapped: false }).map(({ rule }) => rule);
      const named = rules.length === 0 ? found : rules.filter((rule) => found.includes(rule));
      expect(named).toEqual(rules);
    },
  );
});
