import { describe, expect, it } from '@jest/globals';
import type { FoundPlan } from '../../core/protocol/target-view.ts';
import { emptyWords, noReturnWords, planFacts, planParts, size, verdictOf } from './plan-words.ts';

const statement = {
  phase: 'expand',
  table: 'users',
  sql: 'ALTER TABLE users ADD COLUMN birthdate date',
  lock: 'AccessExclusive',
  rewrites: false,
  reversible: true,
} as const;

const plan: FoundPlan = {
  migration: 'users-v2',
  statements: [
    statement,
    { ...statement, sql: 'ALTER TABLE users ADD CHECK (true)' },
    { ...statement, phase: 'backfill', lock: 'RowExclusive', sql: 'UPDATE users SET …' },
  ],
  tables: [{ name: 'public.users', rows: 1_200, bytes: 91_226_112, indexBytes: 1_024 }],
  backup: null,
  growth: 240_000_000,
  findings: [],
  prediction: {
    basis: 'ruleOfThumb',
    statements: [
      { seconds: 0.2, blocked: 0.2, walBytes: 8_192, diskBytes: 0 },
      { seconds: 0.1, blocked: 0.1, walBytes: 0, diskBytes: 0 },
      { seconds: 240, blocked: 0, walBytes: 900e6, diskBytes: 115e6 },
    ],
    blocked: [{ table: 'users', seconds: 0.2 }],
    contract: { tables: ['users'], seconds: 0.05 },
    backfill: 240,
    verify: 0,
    index: 0,
    walBytes: 900e6,
    diskBytes: 115e6,
    fullPageBytes: 0,
    rehearsal: null,
    replicas: 2,
    free: 80e9,
  },
};

describe('a plan in words', () => {
  it('tells locks, waits, rewrites, sizes, time, WAL and disk', () => {
    expect(Object.fromEntries(planFacts(plan))).toEqual({
      Locks: 'users ACCESS EXCLUSIVE 2×; each gives way to others and comes back',
      'Others wait': 'for users 0.2 s at a time',
      Rewrites: 'no table',
      Rows: 'public.users about 1,200 rows, 87 MB and 1.0 kB of indexes',
      Takes: 'backfill 4m',
      WAL: '858 MB; 2 replicas to keep up with 3.6 MB/s',
      Disk: 'about +110 MB, at most +229 MB; 75 GB free',
      Known: 'by rule of thumb; a rehearsal measures it',
    });
    expect(noReturnWords(plan)).toMatch(/^contract: users ACCESS EXCLUSIVE, less than 0.1 s/);
  });

  it('tells what became of statements that services list, and how far a time may be wrong', () => {
    const { prediction } = plan;
    if (prediction === null) throw new Error('nothing is foreseen');
    const { verify, index, walBytes, diskBytes } = prediction;
    const least = { backfill: 180, verify, index, walBytes, diskBytes };
    const between = { least, most: { ...least, backfill: 360 } };
    const tried = '2 of 2 understood';
    const facts = planFacts({ ...plan, tried, prediction: { ...prediction, between } });
    expect(Object.fromEntries(facts)).toMatchObject({
      Takes: 'backfill 4m (3m to 6m)',
      Tried: tried,
    });
  });

  it('shows the SQL of what belongs together, and what that takes', () => {
    expect(planParts(plan)).toMatchObject([
      {
        title: 'expand, users, ACCESS EXCLUSIVE',
        cost: '0.3 s, WAL 8.0 kB, others wait 0.2 s',
        isFinal: false,
        sql: [expect.stringContaining('ADD COLUMN'), expect.stringContaining('ADD CHECK')],
      },
      { title: 'backfill, users, ROW EXCLUSIVE', cost: '4m, WAL 858 MB' },
    ]);
  });

  it('has nothing to tell where nothing is left to do, and less where little is known', () => {
    expect(planFacts({ ...plan, statements: [] })).toEqual([]);
    expect(planFacts({ ...plan, prediction: null }).map(([name]) => name)).toEqual([
      'Locks',
      'Rewrites',
      'Rows',
      'Disk',
    ]);
    expect(planParts({ ...plan, statements: null })).toEqual([]);
  });

  it.each([
    [[], 'Nothing in the way'],
    [['unknown'], 'Nothing in the way'],
    [['warns', 'unknown'], '1 thing to know'],
    [['warns', 'blocks'], 'No: 1 thing in the way'],
  ] as const)('%j: %s', (found, words) => {
    const about = { code: 'disk', table: null, message: '', remedy: '', line: null } as const;
    const findings = found.map((severity) => ({ ...about, severity }));
    expect(verdictOf({ ...plan, findings }).words).toBe(words);
  });

  it('calls nothing done while something is in the way, or it cannot be told', () => {
    const about = { code: 'disk', table: null, message: '', remedy: '', line: null } as const;
    const done = { ...plan, statements: [] };
    expect(emptyWords(done)).toBe('Nothing is left to do there.');
    expect(emptyWords({ ...done, findings: [{ ...about, severity: 'blocks' }] })).toBe(
      'What it takes is known once nothing is in the way.',
    );
    expect(emptyWords({ ...plan, statements: null })).toBe('What it takes cannot be told there.');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [12_288, '12 kB'],
    [80e9, '75 GB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(size(bytes)).toBe(words);
  });
});
