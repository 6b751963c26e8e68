import { describe, expect, it } from '@jest/globals';
import { parseScript } from '../../../adapters/pg-parser/parse-script.ts';
import type { Finding } from '../lint/finding.ts';
import { judgeTrace } from './judge-trace.ts';
import type { TracedStatement } from './traced-statement.ts';

const quiet: TracedStatement = {
  locks: [],
  rewritten: [],
  indexed: [],
  read: [],
  changed: [],
  fault: null,
};

function finding(rule: string, severity: Finding['severity'] = 'warning'): Finding {
  return { rule, severity, place: 0, message: '', safe: '' };
}

async function judged(
  sql: string,
  traced: Partial<TracedStatement>,
  found: readonly Finding[] = [],
): Promise<readonly string[]> {
  const parsed = await parseScript(sql);
  const [statement] = 'message' in parsed ? [] : parsed;
  if (statement === undefined) throw new Error(sql);
  return judgeTrace(statement, { ...quiet, ...traced }, found).map(({ rule, severity, message }) =>
    `${severity} ${rule} ${message}`.trim(),
  );
}

const exclusive = { table: 't', level: 'AccessExclusive' } as const;
const ALTER = 'ALTER TABLE t ALTER a TYPE bigint';

describe('a statement that was seen at work', () => {
  it('is refused in the words of the server, whatever else was found', async () => {
    const more = { fault: 'no such column', rewritten: ['t'], locks: [exclusive] };
    expect(await judged(ALTER, more, [finding('change-type')])).toEqual([
      'warning change-type',
      'error fails PostgreSQL refuses it: no such column',
    ]);
  });

  it('settles the doubts of two rules where nothing was written anew, and of no other', async () => {
    const found = ['change-type', 'drop-constraint', 'long-name'].map((rule) => finding(rule));
    expect(await judged(ALTER, { locks: [exclusive] }, found)).toEqual(['warning long-name']);
    expect(await judged(ALTER, { indexed: ['t'] }, found)).toHaveLength(3);
    expect(await judged(ALTER, { rewritten: ['t'] }, found)).toHaveLength(3);
  });

  it('is wrong where it works on all rows while others are kept out, and no rule has said so', async () => {
    const rewritten = { rewritten: ['t'], locks: [exclusive] };
    const words =
      'error seen-at-work seen: all rows of t are written anew while others are kept out';
    expect(await judged(ALTER, rewritten)).toEqual([words]);
    expect(await judged(ALTER, { indexed: ['u'], locks: [exclusive] })).toEqual([
      'error seen-at-work seen: an index of u is built while others are kept out',
    ]);
    expect(await judged(ALTER, rewritten, [finding('other')])).toEqual(['warning other', words]);
    expect(await judged(ALTER, rewritten, [finding('other', 'error')])).toEqual(['error other']);
    expect(await judged(ALTER, { ...rewritten, locks: null })).toEqual([]);
    const weak = { table: 't', level: 'ShareUpdateExclusive' } as const;
    expect(await judged(ALTER, { ...rewritten, locks: [weak] })).toEqual([]);
  });

  it('names the locks on tables that its text does not name, where it names some', async () => {
    const locks = [
      exclusive,
      { table: 'public.u', level: 'ShareRowExclusive' },
      { table: 'v', level: 'RowExclusive' },
    ] as const;
    const more = 'warning seen-locked seen: SHARE ROW EXCLUSIVE on public.u is held as well';
    expect(await judged('ALTER TABLE public.t ADD a int', { locks })).toEqual([more]);
    expect(await judged('DO $$ BEGIN END $$', { locks })).toEqual([]);
  });
});
