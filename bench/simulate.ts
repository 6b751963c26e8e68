import { besideJudge } from './simulate/beside-judge.ts';
import { foundWords } from './simulate/found.ts';
import { atEitherPace, quiet, slowHarms } from './simulate/paces.ts';
import type { BenchOptions, BenchReport, Row } from './report.ts';
import type { Found } from './simulate/found.ts';

/** Failures that are added on the new side, as probabilities; 0: none. */
const harms = [0, 0.001, 0.002, 0.003, 0.01, 0.1];

/**
 * Whether `crossfade simulate` says what the judge does: its looks, which lie further and further apart,
 * beside looks every minute; and its rollouts beside those of the bench of the judge, which are drawn by
 * other code and looked at every five seconds.
 */
export function benchSimulate({ full, rollouts }: BenchOptions): Promise<BenchReport> {
  const count = rollouts ?? (full ? 400 : 40);
  const paces = atEitherPace(quiet, slowHarms, count).map(({ what, everyMinute, usual }) => ({
    case: what,
    found: usual,
    beside: everyMinute,
  }));
  const judged = harms.map((harm) => {
    const { simulated, bench } = besideJudge(harm, count);
    return { case: `+${Number((100 * harm).toPrecision(3))}pp`, found: simulated, beside: bench };
  });
  const text = [
    `${count} rollouts each: found, and after how long in the median, with 95 % intervals`,
    ...markdown(['looks as usual', 'every minute'], paces),
    '',
    ...markdown(['simulated', 'bench of the judge'], judged),
  ].join('\n');
  return Promise.resolve({ bench: 'simulate', rows: [...paces, ...judged].map(row), text });
}

interface Compared {
  readonly case: string;
  readonly found: Found;
  readonly beside: Found;
}

function markdown(titles: readonly [string, string], compared: readonly Compared[]): string[] {
  return [
    `| case | ${titles.join(' | ')} |`,
    '| --- | --- | --- |',
    ...compared.map(
      (one) => `| ${one.case} | ${foundWords(one.found)} | ${foundWords(one.beside)} |`,
    ),
  ];
}

/** Parts that are found, in %, with their intervals. */
function row({ case: name, found, beside }: Compared): Row {
  const spread = ({ of, found: count, interval: [low, high] }: Found) => ({
    min: 100 * low,
    median: (100 * count) / of,
    max: 100 * high,
  });
  return {
    case: name,
    unit: '%',
    ours: spread(found),
    peers: { beside: spread(beside) },
    ratio: null,
  };
}
