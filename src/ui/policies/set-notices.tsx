import type { ReactNode } from 'react';
import { useDocumentSets } from '../api/document-queries.ts';
import { Notice } from '../design/notice.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { counted } from '../words/counted.ts';
import { clock } from '../words/time-words.ts';

/** What is wrong with a folder that is followed, and what people have applied over a set. */
export function SetNotices(): ReactNode {
  const { data = [] } = useDocumentSets();
  const now = useServerNow(60_000);
  return data.map(({ name, drifted, follow }) => (
    <div key={name}>
      {follow?.fault && (
        <Notice tone="bad">
          The set {name} stays as it is since {clock(follow.fault.since, now)}: {follow.folder}{' '}
          cannot be applied. {follow.fault.message}
          {follow.fault.faults.map(({ file, line, column, message }) => (
            <p key={`${file} ${line} ${column} ${message}`} className="mono">
              {file}:{line}:{column}: {message}
            </p>
          ))}
        </Notice>
      )}
      {drifted.length > 0 && (
        <Notice tone="quiet">
          {counted(drifted.length, 'document')} of the set {name} applied over it:{' '}
          {drifted.map((one) => `${one.kind} ${one.name} by ${one.appliedBy}`).join(', ')}
        </Notice>
      )}
    </div>
  ));
}
