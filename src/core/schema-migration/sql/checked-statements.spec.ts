import { describe, expect, it } from '@jest/globals';
import { checkedStatements } from './checked-statements.ts';
import type { SqlPart } from './statement-rules.ts';

describe('what an author may run', () => {
  it.each([
    'CREATE TABLE a (id bigint PRIMARY KEY, b text CHECK (b IS NOT NULL))',
    'ALTER TABLE a ADD COLUMN b text',
    `ALTER TABLE a ADD COLUMN b integer NOT NULL DEFAULT 5`,
    'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID',
    'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c NOT VALID',
    'ALTER TABLE a ADD CONSTRAINT c PRIMARY KEY USING INDEX i',
    'ALTER TABLE a ALTER COLUMN b DROP DEFAULT, ALTER COLUMN c DROP NOT NULL',
    'ALTER TABLE a DROP CONSTRAINT c',
    `UPDATE settings SET value = 'set not null' WHERE name = 'x'`,
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$',
    'COMMENT ON TABLE a IS $$drop table a$$',
    'GRANT SELECT ON a TO b',
    'DROP TRIGGER t ON a',
  ])('%s', (text) => {
    expect(checkedStatements(text, 'expand')).toEqual([text]);
  });

  it.each([
    ['COMMIT', 'cannot run inside the transaction'],
    ['SELECT 1; /* now */ rollback', 'cannot run inside the transaction'],
    ['SET search_path = public', 'cannot run inside the transaction'],
    ['VACUUM a', 'cannot run inside the transaction'],
    ['CREATE INDEX CONCURRENTLY i ON a (b)', 'use createIndex'],
    ['create  unique\nindex i ON a (b)', 'use createIndex'],
    ['DROP INDEX i', 'use dropIndex'],
    ['ALTER TABLE a ALTER b TYPE bigint', 'use changeType'],
    ['ALTER TABLE a ALTER COLUMN b SET DATA TYPE bigint', 'use changeType'],
    ['ALTER TABLE a ALTER COLUMN b SET NOT NULL', 'use setNotNull'],
    ['ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)', 'write NOT VALID'],
    ['ALTER TABLE a ADD COLUMN b bigint REFERENCES c', 'write NOT VALID'],
    ['ALTER TABLE a VALIDATE CONSTRAINT c', 'run it by hand'],
    ['ALTER TABLE a ADD UNIQUE (b)', 'write USING INDEX'],
    ['ALTER TABLE a ADD COLUMN b bigserial', 'rewrites the table'],
    ['ALTER TABLE a ADD b uuid DEFAULT gen_random_uuid()', 'rewrites the table'],
    ['ALTER TABLE a SET LOGGED', 'rewrites the table'],
    ['ALTER TABLE a RENAME TO b', 'use renameColumn or renameTable'],
    ['DROP TABLE a', 'use dropTable'],
    ['ALTER TABLE a DROP b', 'use dropTable or dropColumn'],
    ['TRUNCATE a', 'use dropTable'],
    ['UPDATE a SET b = 1', 'fills batch by batch'],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY a', 'run it by hand'],
  ])('not %s: %s', (text, why) => {
    expect(() => checkedStatements(text, 'expand')).toThrow(why);
  });

  it.each<SqlPart>(['expand', 'contract'])('in %s may lose no rows', (part) => {
    expect(() => checkedStatements('DROP TABLE a', part)).toThrow(
      `${part}: \`drop table a …\` loses its rows for good`,
    );
  });

  it('in down may drop what it made', () => {
    expect(checkedStatements('DROP TABLE a', 'down')).toEqual(['DROP TABLE a']);
  });
});
