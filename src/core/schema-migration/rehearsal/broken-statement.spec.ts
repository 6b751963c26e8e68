import { describe, expect, it } from '@jest/globals';
import { brokenWords, endedWords, triedWords } from './broken-statement.ts';

const broken = {
  sql: 'SELECT dob\n  FROM users',
  calls: 30,
  after: 'contract',
  fault: 'column "dob" does not exist',
} as const;

describe('a statement that is not understood any more', () => {
  it('is told on one line, with its calls and the reason', () => {
    expect(brokenWords(broken)).toBe(
      'the version in use runs SELECT dob FROM users (30 calls), which contract breaks: column "dob" does not exist',
    );
    const long = { ...broken, sql: `SELECT ${'x'.repeat(200)}`, calls: null };
    expect(brokenWords(long)).toContain(`runs SELECT ${'x'.repeat(113)}…, which`);
  });

  it('is said to be unknown where there was none to try', () => {
    expect(triedWords(3, 4)).toContain('3 of 4 understood and tried');
    expect(triedWords(0, 0)).toBe(
      'no statements of the application are known: pg_stat_statements counts none of another role; list them in the Service (spec.statements)',
    );
  });

  it('is counted with others', () => {
    expect(endedWords([broken])).toBe('contract ends 1 statement of the version in use (30 calls)');
    expect(endedWords([broken, broken])).toContain('2 statements of the version in use (60 calls)');
    expect(endedWords([{ ...broken, calls: null }])).not.toContain('calls');
  });
});
