import { lockCounts, lockWords } from '../../core/schema-migration/lock-counts.ts';
import { counted } from '../faults.ts';
import type { ForeseenMigration, Foresight, PlacedFinding } from '../plan/foresight.ts';
import { diskWords, predictionWords } from './prediction-words.ts';
import { tableSizeWords } from './table-size-words.ts';

/** `NO-GO: 2 errors, 1 notice`. */
export function verdictWords({ verdict, findings }: Foresight): string {
  const count = (severity: PlacedFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const totals = (['error', 'warning', 'notice'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => counted(count(severity), severity));
  return `${verdict.toUpperCase()}: ${totals.length === 0 ? 'nothing found' : totals.join(', ')}`;
}

/** What a schema migration takes, word by word; nothing for one that cannot be carried out. */
export function migrationWords({
  assumed,
  real,
  statements,
  reversibleWhile,
}: ForeseenMigration): readonly (readonly [string, string])[] {
  if (statements.length === 0) {
    return real === null ? [] : [['left', 'nothing that could be done there']];
  }
  const rewritten = statements.filter(({ rewrites }) => rewrites).map(({ table }) => table);
  const before = statements.filter(({ phase }) => phase !== 'contract' && phase !== 'retire');
  const locks = lockCounts(before).map(
    ({ table, level, times }) => `${table} ${lockWords(level)} ${times}x`,
  );
  const walked = statements.filter(({ phase }) => phase === 'backfill').map(({ table }) => table);
  const built = statements.filter(({ phase, words }) => phase === 'index' && words !== undefined);
  return [
    ['locks', locks.length === 0 ? 'none that anybody feels' : `${locks.join(', ')}; ${gives}`],
    ['rewrite', rewritten.length === 0 ? 'none' : [...new Set(rewritten)].join(', ')],
    ['data', walked.length === 0 ? 'no row is touched' : `${list(walked)}: in batches, by key`],
    ...(real === null ? [] : real.tables.map((table) => ['size', tableSizeWords(table)] as const)),
    ...predictedWords(real),
    ...(real === null ? [] : [['disk', diskWords(real.prediction, real.growth)] as const]),
    ...built.map(({ words = '' }) => ['builds', words] as const),
    ['reverse', `until contract, the point of no return${whileWords(reversibleWhile)}`],
    ...(real?.tried === undefined ? [] : [['tried', real.tried] as const]),
    ...(assumed.length === 0 ? [] : [['assumed', assumed.join(', ')] as const]),
  ];
}

function predictedWords(
  real: ForeseenMigration['real'],
): readonly (readonly [word: string, told: string])[] {
  const prediction = real?.prediction ?? null;
  return prediction === null ? [] : predictionWords(prediction);
}

const whileWords = (borders: readonly string[]): string =>
  borders.length === 0 ? '' : `, and while ${borders.join(' and ')}`;

const gives = 'each gives way to others and comes back';

const list = (names: readonly string[]): string => [...new Set(names)].join(', ');
