import { describe, expect, it } from '@jest/globals';
import { foreignMigrations } from './foreign-file.ts';
import { foreignEntries } from './foreign-history.ts';
import type { ForeignTool } from './foreign-migration.ts';
import { foreignRows } from './foreign-rows.ts';
import { changedSince, isThere, pathKept, type SummedMigration } from './foreign-standing.ts';

const lineOf = { by: 'ada', at: 0, durationMs: 1, success: true, author: null } as const;

/** A line of Flyway's: `V 2`, `UNDO_SQL 2`, `BASELINE 1`, with a checksum that its file has. */
const entries = (...said: readonly string[]) =>
  foreignEntries(
    { tool: 'flyway', schema: 'public', name: 'flyway_schema_history', readable: true },
    said.map((one) => {
      const [type = '', version = '', ...rest] = one.split(' ');
      return {
        ...lineOf,
        type: type === 'V' ? 'SQL' : type,
        version,
        description: 'a',
        script: '',
        checksum: type === 'V' ? 'same' : null,
        success: rest.length === 0,
      };
    }),
  );

const files = (...names: readonly string[]): readonly SummedMigration[] =>
  foreignMigrations(names.map((name) => ({ name, text: 'SELECT 1' }))).map((one) => ({
    ...one,
    checksum: 'same',
  }));

const shown = (lines: ReturnType<typeof entries>, ...names: readonly string[]) =>
  foreignRows(lines, files(...names)).map(({ version, state }) => `${version} ${state}`);

const there = (lines: ReturnType<typeof entries>, name: string) =>
  files(name).map((file) => isThere(lines, file))[0];

describe('what Flyway has taken back', () => {
  const undone = entries('V 1', 'V 2', 'UNDO_SQL 2');

  it('is to be carried out again, and its undo is no other content', () => {
    expect(there(undone, 'V2__a.sql')).toBe(false);
    expect(changedSince(undone, files('V2__a.sql'))).toEqual([]);
    expect(shown(undone, 'V1__a.sql', 'V2__a.sql', 'U2__a.sql')).toEqual([
      '1 Success',
      '2 Undone',
      '2 Pending',
    ]);
  });

  it('stands once it was carried out again', () => {
    const again = entries('V 1', 'V 2', 'UNDO_SQL 2', 'V 2');
    expect(there(again, 'V2__a.sql')).toBe(true);
    expect(shown(again)).toEqual(['1 Success', '2 Undone', '2 Success']);
  });

  it('is not missed where repair has marked it as deleted', () => {
    const deleted = entries('V 1', 'V 2', 'DELETE 2');
    expect(shown(deleted, 'V1__a.sql')).toEqual(['1 Success', '2 Deleted']);
  });
});

describe('a baseline', () => {
  const begun = entries('BASELINE 3');

  it('stands for all that goes before it', () => {
    const names = ['V1__a.sql', 'V3__a.sql', 'V4__a.sql', 'B3__a.sql'];
    expect(shown(begun, ...names)).toEqual([
      '1 Below Baseline',
      '3 Below Baseline',
      '3 Baseline',
      '4 Pending',
    ]);
    expect(names.map((name) => there(begun, name))).toEqual([true, true, false, true]);
  });

  it('of a file is for databases on which nothing was carried out', () => {
    expect(there(entries('V 1'), 'B3__a.sql')).toBe(true);
    expect(shown(entries('V 1'), 'V1__a.sql', 'B3__a.sql')).toEqual(['1 Success', '3 Ignored']);
    expect(there(entries(), 'B3__a.sql')).toBe(false);
  });
});

describe('versions', () => {
  it('that came late are out of order, and those that no file has yet are of the future', () => {
    const lines = entries('V 1', 'V 3', 'V 2', 'V 4');
    expect(shown(lines, 'V1__a.sql', 'V3__a.sql')).toEqual([
      '1 Success',
      '3 Success',
      '2 Missing',
      '4 Future',
    ]);
    expect(shown(lines)).toContain('2 Out of Order');
  });

  it('that failed are not pending besides, and wait for a repair', () => {
    const failed = entries('V 1', 'V 2 failed');
    expect(shown(failed, 'V1__a.sql', 'V2__a.sql')).toEqual(['1 Success', '2 Failed']);
    expect(() => there(failed, 'V2__a.sql')).toThrow('Repair its history first');
  });
});

describe('changesets', () => {
  const ran = (filename: string, checksum = '9:old') =>
    foreignEntries(
      {
        tool: 'liquibase' as ForeignTool,
        schema: 'public',
        name: 'databasechangelog',
        readable: true,
      },
      [
        {
          ...lineOf,
          type: 'EXECUTED',
          version: '1',
          description: 'ada:1',
          script: filename,
          checksum,
          author: 'ada',
        },
      ],
    );
  const written = (name: string, head: string, about = ''): SummedMigration => {
    const text = `--liquibase formatted sql\n--changeset ${head}\n${about}SELECT 1`;
    const [one] = foreignMigrations([{ name, text }]);
    if (one === undefined) throw new Error('no changeset');
    return { ...one, checksum: '9:new' };
  };

  it('that run again are outdated, and no conflict', () => {
    const again = written('a.sql', 'ada:1 runOnChange:true');
    expect(foreignRows(ran('a.sql'), [again])[0]).toMatchObject({
      category: 'Repeatable',
      state: 'Outdated',
    });
    expect(isThere(ran('a.sql'), again)).toBe(false);
  });

  it('that have run again tell of a difference no more', () => {
    const line = {
      ...lineOf,
      type: 'SQL',
      version: null,
      description: 'v',
      script: '',
      checksum: '1',
    };
    const table = { tool: 'flyway' as const, schema: 'public', name: 'h', readable: true };
    const lines = foreignEntries(table, [line, { ...line, checksum: 'same' }]);
    expect(foreignRows(lines, files('R__v.sql')).map(({ state, note }) => [state, note])).toEqual([
      ['Superseded', null],
      ['Success', null],
    ]);
  });

  it('may name the sums that they take for their own', () => {
    expect(changedSince(ran('a.sql'), [written('a.sql', 'ada:1')])).toHaveLength(1);
    for (const sum of ['9:old', 'any', '1:any']) {
      const file = written('a.sql', 'ada:1', `--validCheckSum: ${sum}\n`);
      expect(changedSince(ran('a.sql'), [file])).toEqual([]);
    }
  });

  it('are noted by the path in which their neighbours stand', () => {
    const file = written('src/main/resources/db/2.sql', 'ada:2');
    expect(pathKept(ran('classpath:db/1.sql'), file)).toBe('classpath:db/2.sql');
    expect(pathKept(ran('elsewhere/1.sql'), file)).toBe('src/main/resources/db/2.sql');
    expect(pathKept(ran('db/1.sql'), written('resources/db/1.sql', 'ada:1'))).toBe('db/1.sql');
  });
});
