import { describe, expect, it } from '@jest/globals';
import type { LockLevel } from '../change.ts';
import type { PlannedStatement, PlanPhase } from '../planned-statement.ts';
import type { MeasuredPart, RehearsedCost } from '../rehearsal/rehearsal.ts';
import { type Known, predict } from './prediction.ts';
import { workOf } from './statement-work.ts';

const statement = (
  phase: PlanPhase,
  sql: string,
  lock: LockLevel,
  table = 'users',
): PlannedStatement => ({ phase, table, sql, lock, rewrites: false, reversible: true });

const ADD = statement('expand', 'ALTER TABLE users ADD COLUMN born date', 'AccessExclusive');
const TRIGGER = statement('expand', 'CREATE TRIGGER t', 'ShareRowExclusive');
const VIEW = statement('expand', 'CREATE VIEW v', 'AccessShare');
const FILL = statement('backfill', 'UPDATE users', 'RowExclusive');
const COMPARE = statement('verify', 'SELECT count(*) AS suspects', 'AccessShare');
const BUILD = statement(
  'index',
  'CREATE INDEX CONCURRENTLY i ON users (born)',
  'ShareUpdateExclusive',
);
const RENAME = statement('contract', 'ALTER TABLE users RENAME COLUMN a TO b', 'AccessExclusive');
const RETIRE = statement('retire', 'ALTER TABLE users DROP COLUMN born', 'AccessExclusive');
const PLAN = [ADD, TRIGGER, VIEW, FILL, BUILD, COMPARE, RENAME, RETIRE];

const USERS = { name: 'users', rows: 1_000_000, bytes: 100e6, indexBytes: 30e6 };
const thumb: Known = { tables: [USERS], rehearsed: null, fullPageWrites: false };

const exactly = (value: number) => ({ value, low: value, high: value });
const parts: readonly MeasuredPart[] = [
  'expand',
  'backfill',
  'index',
  'verify',
  'seal',
  'contract',
];
const rehearsed: RehearsedCost = {
  ms: Object.fromEntries(parts.map((part) => [part, exactly(6_000)])) as RehearsedCost['ms'],
  passMs: exactly(2_000),
  lockedMs: exactly(1),
  commitMs: 4,
  noteMs: 1,
  walBytes: exactly(200e6),
  builtBytes: exactly(20e6),
  grownBytes: exactly(150e6),
};

describe('what a statement has to do with rows', () => {
  it.each([
    [ADD, 'moment'],
    [FILL, 'fill'],
    [COMPARE, 'compare'],
    [statement('verify', 'SELECT count(*) AS found', 'AccessShare'), 'scan'],
    [BUILD, 'buildBeside'],
    [statement('index', 'CREATE UNIQUE INDEX i ON users (a)', 'Share'), 'build'],
    [statement('seal', 'ALTER TABLE users VALIDATE CONSTRAINT c', 'ShareUpdateExclusive'), 'scan'],
    [{ ...ADD, rewrites: true }, 'rewrite'],
  ] as const)('$0.sql', (one, work) => {
    expect(workOf(one)).toBe(work);
  });
});

describe('a prediction by rule of thumb', () => {
  it('keeps a lock to the end of its transaction, and of no lock anybody', () => {
    const { statements, blocked } = predict(PLAN, thumb);
    const waits = statements.map((one) => Number(one.blocked.toFixed(4)));
    expect(waits).toEqual([0.006, 0.005, 0, 0, 0, 0, 0.005, 0.004]);
    expect(blocked).toEqual([{ table: 'users', seconds: 0.006 }]);
  });

  it('has time, WAL and disk grow with rows, their width and their indexes', () => {
    const { backfill, verify, index, walBytes, diskBytes } = predict(PLAN, thumb);
    expect([backfill, verify, index].map((one) => Number(one.toFixed(3)))).toEqual([
      12.601, 1.301, 0.941,
    ]);
    // 100 MB of rows, 64 bytes about each and 72 in the one index; the new index; four statements on the catalog.
    expect(walBytes).toBeCloseTo(100e6 + 64e6 + 72e6 + 28e6 / 0.9 + 4 * 3_072, -1);
    expect(diskBytes).toBeCloseTo(100e6 + 2 * (28e6 / 0.9), -1);
    const wide = predict(PLAN, { ...thumb, tables: [{ ...USERS, bytes: 1e10 }] });
    expect(wide.backfill).toBeCloseTo(20.001);
  });

  it('adds each page of what is filled, and those of the catalog, once where pages are written whole', () => {
    const catalog = 31 * 4_700;
    const [without, whole] = [false, true].map((fullPageWrites) =>
      predict(PLAN, { ...thumb, fullPageWrites }),
    );
    expect(whole?.fullPageBytes).toBe(130e6 + catalog);
    expect((whole?.walBytes ?? 0) - (without?.walBytes ?? 0)).toBeCloseTo(130e6 + catalog);
    expect(predict([ADD], { ...thumb, fullPageWrites: true }).fullPageBytes).toBe(catalog);
    expect(predict([RETIRE], { ...thumb, fullPageWrites: true }).fullPageBytes).toBe(0);
  });

  it('counts rows by their bytes where nobody has counted them, and knows new tables to be empty', () => {
    const tables = [{ ...USERS, rows: null }];
    expect(predict([FILL], { ...thumb, tables }).backfill).toBeCloseTo(12.601);
    expect(predict([{ ...FILL, table: 'other' }], thumb).backfill).toBeCloseTo(0.001);
  });

  it('takes contract for one transaction over all tables, and what builds for one by itself', () => {
    const other = { ...RENAME, table: 'orders' };
    const blocking = { ...BUILD, sql: 'CREATE INDEX i ON users (a)', lock: 'Share' } as const;
    const { statements } = predict([blocking, { ...blocking }, RENAME, other], thumb);
    const waits = statements.map((one) => Number(one.blocked.toFixed(4)));
    expect(waits).toEqual([0.473, 0.473, 0.006, 0.005]);
  });
});

describe('contract', () => {
  const before = [ADD, FILL];

  it('is known to lock every table before the plan can show it', () => {
    const { contract, blocked } = predict(before, thumb);
    expect(contract).toEqual({ tables: ['users'], seconds: 0.024 });
    expect(blocked).toEqual([{ table: 'users', seconds: 0.024 }]);
    expect(predict(before, { ...thumb, rehearsed }).contract?.seconds).toBeCloseTo(6.006);
  });

  it('has its own part of the WAL', () => {
    const { walBytes } = predict([ADD], thumb);
    expect(walBytes).toBe((1 + 20) * 3_072);
  });

  it('is told by its statements as soon as they are planned, and not when nothing is left', () => {
    expect(predict(PLAN, thumb).contract).toBeNull();
    expect(predict([RETIRE], thumb)).toMatchObject({ contract: null });
  });
});

describe('a prediction by a rehearsal', () => {
  const told = predict(PLAN, { tables: [USERS], rehearsed, fullPageWrites: true });

  it('deals what a part took to its statements, and adds the second pass of what is built beside others', () => {
    expect(told.basis).toBe('rehearsal');
    expect([told.verify, told.index]).toEqual([6, 8]);
    expect(told.statements.slice(0, 3).map(({ seconds }) => seconds)).toEqual([2, 2, 2]);
    expect(told.blocked).toEqual([{ table: 'users', seconds: expect.closeTo(6.006) }]);
  });

  it('adds to a backfill what its batches, slices and turns take besides their rows', () => {
    const moments = (more: Partial<RehearsedCost>) =>
      predict(PLAN, { ...thumb, rehearsed: { ...rehearsed, ...more } }).backfill - 6;
    expect(moments({ commitMs: 0, noteMs: 0 })).toBe(0);
    // 60 batches and 5 to find their size, 20 slices and 17 turns, of 6 statements each.
    expect(moments({ commitMs: 0, noteMs: 1 })).toBeCloseTo(0.006 * (60 + 5 + 20 + 17), 2);
    // Of 20 slices and of 16 turns, two each.
    expect(moments({ commitMs: 4, noteMs: 0 })).toBeCloseTo(0.004 * (20 + 2 * 16), 2);
  });

  it('says how far it may be wrong, as the rehearsal does', () => {
    const wide = { value: 6_000, low: 4_000, high: 12_000 };
    const walBytes = { value: 200e6, low: 150e6, high: 260e6 };
    const cost = { ...rehearsed, ms: { ...rehearsed.ms, verify: wide }, walBytes };
    const { between, ...one } = predict(PLAN, { ...thumb, rehearsed: cost });
    expect([between?.least.verify, one.verify, between?.most.verify]).toEqual([4, 6, 12]);
    expect((between?.most.walBytes ?? 0) - one.walBytes).toBe(60e6);
    expect(predict(PLAN, thumb)).not.toHaveProperty('between');
  });

  it('takes WAL and disk from it, and adds whole pages and what the catalog takes', () => {
    expect(told.walBytes).toBe(200e6 + 20e6 + 130e6 + 31 * 4_700 + 4 * 3_072);
    expect(told.diskBytes).toBe(150e6);
  });
});
