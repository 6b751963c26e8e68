import type { ReactNode } from 'react';
import { type DiffLine, diffLines } from '../words/diff-lines.ts';

const marks: Readonly<Record<DiffLine['kind'], { sign: string; words: string }>> = {
  same: { sign: ' ', words: '' },
  gone: { sign: '−', words: 'taken away: ' },
  new: { sign: '+', words: 'added: ' },
};

interface ComparisonProps {
  readonly earlier: string;
  readonly later: string;
}

/** What was changed between two revisions, line by line; sign and colour say the same. */
export function Comparison({ earlier, later }: ComparisonProps): ReactNode {
  return (
    <ol className="source comparison">
      {diffLines(earlier, later).map(({ kind, text }, index) => (
        <li key={index} className={`line-${kind}`}>
          <span aria-hidden="true">{marks[kind].sign}</span>
          <code>
            <span className="unseen">{marks[kind].words}</span>
            {text === '' ? ' ' : text}
          </code>
        </li>
      ))}
    </ol>
  );
}
