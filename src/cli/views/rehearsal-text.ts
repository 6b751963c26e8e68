import { lockWords } from '../../core/schema-migration/lock-counts.ts';
import { sizeWords } from '../../core/schema-migration/preflight/growth.ts';
import type { BrokenStatement } from '../../core/schema-migration/rehearsal/broken-statement.ts';
import type { Estimate } from '../../core/schema-migration/rehearsal/line-fit.ts';
import {
  costOf,
  type MeasuredPart,
  type Rehearsal,
} from '../../core/schema-migration/rehearsal/rehearsal.ts';
import { counted } from '../faults.ts';
import { safe, span } from './words.ts';

/** One rehearsal: what was tried, what is wrong, what the whole table would take. */
export function rehearsalText(rehearsal: Rehearsal): string {
  const { migration, verdict, faults } = rehearsal;
  const lines: readonly Line[] = [
    ['copies', copiesWords(rehearsal)],
    ...faults.map(({ code, message }): Line => ['FAULT', `${code}: ${message}`]),
    ['locks', lockedWords(rehearsal)],
    ['rewrite', rehearsal.rewritten.length === 0 ? 'none' : rehearsal.rewritten.join(', ')],
    ...costLines(rehearsal),
    ...endedWords(rehearsal.broken),
    ...rehearsal.notes.map((note): Line => ['tried', note]),
  ];
  const told = lines.map(([word, text]) => `  ${word.padEnd(9)} ${safe(text)}\n`);
  return `${safe(migration)}  ${verdict.toUpperCase()}: ${verdictWords(rehearsal)}\n${told.join('')}`;
}

type Line = readonly [word: string, text: string];

function verdictWords({ faults }: Rehearsal): string {
  return faults.length === 0
    ? 'up, down, up and to the end; the catalog came back as it was'
    : counted(faults.length, 'fault');
}

function copiesWords({ tables, runs }: Rehearsal): string {
  const each = tables.map(({ name, rows, copied }) => `${name} ${copied} of about ${rows} rows`);
  return `${each.join(', ')}; ${counted(runs.length, 'run')}`;
}

function lockedWords({ locks, runs }: Rehearsal): string {
  if (locks.length === 0) return 'none that anybody feels';
  const levels = locks.map(({ table, level }) => `${table} ${lockWords(level)}`);
  const longest = Math.max(0, ...runs.map(({ lockedMs }) => lockedMs));
  return `${levels.join(', ')}; at most ${span(Math.max(100, longest))} at a time`;
}

const shownParts: readonly MeasuredPart[] = ['backfill', 'index', 'verify', 'seal'];

/** What takes no time here takes none there. */
function costLines(rehearsal: Rehearsal): readonly Line[] {
  const cost = costOf(rehearsal);
  if (cost === null) return [];
  const times = shownParts
    .filter((part) => cost.ms[part].value >= 1)
    .map((part): Line => [part, between(cost.ms[part], span)]);
  return [
    ...times,
    ['WAL', between(cost.walBytes, sizeWords)],
    ['disk', `+${between(cost.grownBytes, sizeWords)}`],
  ];
}

function between({ value, low, high }: Estimate, words: (value: number) => string): string {
  const [from, to] = [words(low), words(high)];
  return from === to ? words(value) : `${words(value)} (${from} to ${to})`;
}

/** Statements of the old version end with contract; it must have ended by then. */
function endedWords(broken: readonly BrokenStatement[]): readonly Line[] {
  const ended = broken.filter(({ after }) => after === 'contract');
  const [first] = ended;
  if (first === undefined) return [];
  const calls = ended.reduce((sum, one) => sum + (one.calls ?? 0), 0);
  const often = calls === 0 ? '' : `, ${calls} calls`;
  const example = first.sql.replaceAll(/\s+/g, ' ').slice(0, 80);
  return [['contract', `ends ${counted(ended.length, 'statement')} in use${often}: ${example}`]];
}
