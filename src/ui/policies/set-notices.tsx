import { Fragment, type ReactNode } from 'react';
import type { DocumentSetView } from '../../core/protocol/document-set-view.ts';
import { useDocumentSets } from '../api/document-queries.ts';
import { Notice } from '../design/notice.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { clock } from '../words/time-words.ts';

/** What is wrong with a folder that is followed, and what people have applied over a set. */
export function SetNotices(): ReactNode {
  const { data = [] } = useDocumentSets();
  const now = useServerNow(60_000);
  return (
    <div className="notices">
      {data.map((set) => (
        <Fragment key={set.name}>
          <RefusedFolder set={set} now={now} />
          {set.drifted.length > 0 && (
            <Notice tone="warn">
              Drift in the set <b>{set.name}</b>, until it is applied again:{' '}
              {set.drifted
                .map(({ kind, name, appliedBy }) => `${kind} ${name} (applied by ${appliedBy})`)
                .join(', ')}
            </Notice>
          )}
        </Fragment>
      ))}
    </div>
  );
}

function RefusedFolder({
  set,
  now,
}: {
  readonly set: DocumentSetView;
  readonly now: number;
}): ReactNode {
  const { name, follow } = set;
  if (follow === null || follow.fault === null) return null;
  const { since, message, faults } = follow.fault;
  return (
    <Notice tone="bad">
      The set <b>{name}</b> stays as it is since {clock(since, now)}: <code>{follow.folder}</code>{' '}
      cannot be applied. {message}
      {faults.length > 0 && (
        <ul className="mono">
          {faults.map(({ file, line, column, message: words }) => (
            <li key={`${file} ${line} ${column} ${words}`}>
              {file}:{line}:{column}: {words}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
