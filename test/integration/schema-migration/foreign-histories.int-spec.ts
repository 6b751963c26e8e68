import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { foreignMigrations } from '../../../src/core/schema-migration/foreign/foreign-file.ts';
import type { ForeignFile } from '../../../src/core/schema-migration/foreign/foreign-migration.ts';
import {
  foreignRows,
  unreadableRows,
} from '../../../src/core/schema-migration/foreign/foreign-rows.ts';
import { changedSince } from '../../../src/core/schema-migration/foreign/foreign-standing.ts';
import { ForeignHistories } from '../../../src/engine/schema-migration/foreign-histories.ts';
import { serverUrl } from '../../support/database.ts';
import { RestrictedTarget } from '../../support/restricted-target.ts';
import { UsersTarget } from '../../support/users-target.ts';

/** As Flyway 10 and Liquibase 4 make them. */
const FLYWAY = `CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50),
    description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer,
    installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),
    execution_time integer NOT NULL, success boolean NOT NULL);
  INSERT INTO flyway_schema_history VALUES
    (1, '1', 'init', 'SQL', 'V1__init.sql', -873187034, 'flyway', '2026-03-02 09:14:51', 12, true),
    (2, '1.1', 'gone', 'SQL', 'V1.1__gone.sql', 7, 'flyway', now(), 3, true),
    (3, NULL, 'views', 'SQL', 'R__views.sql', 1, 'flyway', now(), 3, true),
    (4, NULL, 'views', 'SQL', 'R__views.sql', 2, 'flyway', now(), 3, true)`;

const LIQUIBASE = `CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL,
    filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL,
    exectype varchar(10) NOT NULL, md5sum varchar(35), description varchar(255), comments varchar(255),
    tag varchar(255), liquibase varchar(20), contexts varchar(255), labels varchar(255), deployment_id varchar(10));
  INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum)
    VALUES ('1', 'ada', 'classpath:db/changelog.sql', now(), 1, 'EXECUTED', '8:0123456789abcdef0123456789abcdef')`;

const CHANGELOG = (second: string): ForeignFile => ({
  name: 'db/changelog.sql',
  text: `--liquibase formatted sql\n--changeset ada:1\nSELECT 1;\n--changeset ada:2\n${second}`,
});

class First1700000000000 {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

/** The class whose text Crossfade reads. */
class AddNote1772442891000 {
  up(): Promise<void> {
    return Promise.reject(new Error('it ran a second time'));
  }
  async down(): Promise<void> {}
}

describe('the histories of other tools', () => {
  let target: UsersTarget;
  beforeEach(async () => {
    target = await UsersTarget.create();
  });
  afterEach(() => target.close());

  const info = async (...files: readonly ForeignFile[]) => {
    const { foreign } = target.works.records;
    const { tables, entries } = await foreign.read();
    const summed = await foreign.summed(foreignMigrations(files));
    const rows = [...unreadableRows(tables), ...foreignRows(entries, summed)];
    return {
      rows: rows.map((row) => [row.version, row.description, row.type, row.state]),
      changed: changedSince(entries, summed),
    };
  };

  const carryOut = async (...files: readonly ForeignFile[]) => {
    const done = await target.works.records.foreign.carryOut(foreignMigrations(files), 60_000);
    return done.map(({ state }) => state);
  };

  it('are shown beside the files, as Flyway shows its own', async () => {
    await target.admin.query(FLYWAY);
    const files = [
      { name: 'sql/V1__init.sql', text: '1234\n56789' },
      { name: 'sql/V1.0.5__late.sql', text: 'SELECT 1' },
      { name: 'sql/V1.2__add_birthdate_to_users.sql', text: 'SELECT 1' },
      { name: 'sql/R__views.sql', text: 'SELECT 1' },
    ];
    expect(await info(...files)).toEqual({
      rows: [
        ['1', 'init', 'SQL', 'Success'],
        ['1.1', 'gone', 'SQL', 'Missing'],
        ['', 'views', 'SQL', 'Superseded'],
        ['', 'views', 'SQL', 'Outdated'],
        ['1.0.5', 'late', 'SQL', 'Ignored'],
        ['1.2', 'add birthdate to users', 'SQL', 'Pending'],
      ],
      changed: [],
    });
    const { changed } = await info({ name: 'V1__init.sql', text: '1234567890' });
    expect(changed).toEqual([expect.stringContaining('its checksum was -873187034, and is ')]);
  });

  it('take a file once, and refuse one that has changed since', async () => {
    await target.admin.query(FLYWAY);
    const add = {
      name: 'V1.2__add_birthdate_to_users.sql',
      text: 'ALTER TABLE users ADD birthdate date;',
    };
    expect(await carryOut(add)).toEqual(['applied']);
    expect(await carryOut(add)).toEqual(['already']);
    const { rows } = await target.admin.query(
      `SELECT installed_rank, version, type, script, success FROM flyway_schema_history
       ORDER BY installed_rank DESC LIMIT 1`,
    );
    expect(rows).toEqual([
      { installed_rank: 5, version: '1.2', type: 'SQL', script: add.name, success: true },
    ]);
    await expect(carryOut({ ...add, text: `${add.text} ` })).rejects.toThrow('has changed since');
    await expect(carryOut({ name: 'V1.1.5__late.sql', text: 'SELECT 1' })).rejects.toThrow(
      'comes before versions',
    );
  });

  it('stand in the way of no file that has nothing to do, and let one that has be refused first', async () => {
    await target.admin.query(FLYWAY);
    const late = { name: 'V1.1__gone.sql', text: 'CREATE INDEX CONCURRENTLY a ON users (dob)' };
    await target.admin.query(`UPDATE flyway_schema_history SET checksum = NULL;
      CREATE TABLE flyway_backup AS TABLE flyway_schema_history`);
    const add = { name: 'V1.2__a.sql', text: 'ALTER TABLE users ADD birthdate date' };
    const placeholder = { name: 'V1.3__b.sql', text: 'SELECT ${a}' };
    await expect(carryOut(late, add, placeholder)).rejects.toThrow('V1.3__b.sql');
    const { changed } = await info(add);
    expect(changed).toEqual([]);
    const hurried = await target.works.records.foreign.carryOut(
      foreignMigrations([late, add, { name: 'V1.4__d.sql', text: 'SELECT 1' }]),
      0,
    );
    expect(hurried.map(({ state }) => state)).toEqual(['already', 'applied']);
    expect(await carryOut(late, add)).toEqual(['already', 'already']);
    await target.admin.query(`INSERT INTO flyway_schema_history
      VALUES (9, '1.2', 'a', 'UNDO_SQL', 'U1.2__a.sql', 5, 'flyway', now(), 3, true)`);
    await target.admin.query('ALTER TABLE users DROP birthdate');
    expect(await carryOut(late, add)).toEqual(['already', 'applied']);
  });

  it('keep nothing of a file that fails in the middle', async () => {
    await target.admin.query(FLYWAY);
    const file = { name: 'V2__two.sql', text: 'CREATE TABLE first (); CREATE TABLE users ();' };
    expect(await carryOut(file)).toEqual(['failed']);
    expect((await info()).rows).toHaveLength(4);
    const { rows } = await target.admin.query(`SELECT to_regclass('first') AS made`);
    expect(rows).toEqual([{ made: null }]);
  });

  it('keep nothing of a file whose statement takes too long, and say who may run it', async () => {
    await target.admin.query(FLYWAY);
    const text = 'ALTER TABLE users ADD late date; SELECT pg_sleep(60)';
    const database = openTargetPostgres(target.url);
    const files = foreignMigrations([{ name: 'V2__a.sql', text }]);
    const [slow] = await new ForeignHistories(database, 20).carryOut(files, 60_000);
    await database.close();
    expect(slow).toMatchObject({
      state: 'failed',
      reason:
        'a statement of it was cancelled: none may take longer than 0.02 s here, let Flyway run this file; ' +
        'nothing of it was kept',
    });
    expect(await carryOut({ name: 'V2__a.sql', text: 'ALTER TABLE users ADD late date' })).toEqual([
      'applied',
    ]);
  });

  it('tell changesets apart by author, id and file, and sums of older versions are not compared', async () => {
    await target.admin.query(LIQUIBASE);
    const log = CHANGELOG('ALTER TABLE users ADD note text;');
    expect(await info(log)).toEqual({
      rows: [
        ['1', 'ada:1', 'LIQUIBASE', 'Success'],
        ['2', 'ada:2', 'LIQUIBASE', 'Pending'],
      ],
      changed: [],
    });
    expect(await carryOut(log)).toEqual(['already', 'applied']);
    // Blanks do not count.
    expect(await carryOut(CHANGELOG('ALTER TABLE users\n  ADD note text;'))).toEqual([
      'already',
      'already',
    ]);
    await expect(carryOut(CHANGELOG('ALTER TABLE users ADD note int;'))).rejects.toThrow(
      'db/changelog.sql: ada::2 has changed since',
    );
  });

  it('are kept as Liquibase keeps them: one line for each changeset, by its own path, under its lock', async () => {
    await target.admin.query(LIQUIBASE);
    const log = (text: string): ForeignFile => ({
      name: 'src/main/resources/db/views.sql',
      text: `--liquibase formatted sql\n--changeset ada:v runOnChange:true\n${text}`,
    });
    expect(await carryOut(log('SELECT 1'))).toEqual(['applied']);
    expect(await carryOut(log('SELECT 2'))).toEqual(['applied']);
    expect(await carryOut(log('SELECT 2'))).toEqual(['already']);
    const { rows } = await target.admin.query(
      `SELECT filename, exectype, orderexecuted FROM databasechangelog WHERE id = 'v'`,
    );
    expect(rows).toEqual([
      { filename: 'classpath:db/views.sql', exectype: 'RERAN', orderexecuted: 3 },
    ]);
    await target.admin
      .query(`CREATE TABLE databasechangeloglock (id integer PRIMARY KEY, locked boolean NOT NULL,
      lockgranted timestamp, lockedby varchar(255)); INSERT INTO databasechangeloglock VALUES (1, true, now(), 'pod-7')`);
    await expect(carryOut(log('SELECT 3'))).rejects.toThrow('pod-7 holds its lock');
    await target.admin.query('UPDATE databasechangeloglock SET locked = false');
    expect(await carryOut(log('SELECT 3'))).toEqual(['applied']);
  });

  it('are read where TypeORM itself wrote them, and TypeORM runs nothing a second time', async () => {
    const name = 'AddNote1772442891000';
    const up = 'ALTER TABLE users ADD note text';
    const text = `export class ${name} { async up(runner: QueryRunner): Promise<void> { await runner.query('${up}'); } }`;
    const migrations = [First1700000000000, AddNote1772442891000];
    const migrationsTableName = 'app_migrations';
    const options = { type: 'postgres', url: target.url, migrations, migrationsTableName } as const;
    const source = new DataSource(options);
    await source.initialize();
    try {
      await source.query(
        `CREATE TABLE app_migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)`,
      );
      expect(await carryOut({ name: 'src/add-note.ts', text })).toEqual(['applied']);
      expect((await source.runMigrations()).map((one) => one.name)).toEqual(['First1700000000000']);
      expect((await info()).rows).toContainEqual([
        '1700000000000',
        'First1700000000000',
        'TYPEORM',
        'Success',
      ]);
    } finally {
      await source.destroy();
    }
  });

  it('are named where the role may not read them', async () => {
    const restricted = await RestrictedTarget.create(serverUrl(), FLYWAY);
    try {
      await restricted.grant(await restricted.lacking());
      const { tables, entries } = await (await restricted.works()).records.foreign.read();
      expect(entries).toEqual([]);
      expect(unreadableRows(tables)).toMatchObject([
        { state: 'Unreadable', description: 'public.flyway_schema_history' },
      ]);
    } finally {
      await restricted.close();
    }
  });

  it('are no histories where only the name is the same, and a file finds none to be noted in', async () => {
    await target.admin.query('CREATE TABLE migrations (id int, migration text, batch int)');
    expect((await info()).rows).toEqual([]);
    await expect(carryOut({ name: 'V1__a.sql', text: 'SELECT 1' })).rejects.toThrow(
      'the target has none',
    );
  });
});
