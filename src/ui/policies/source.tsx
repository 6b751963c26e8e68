import type { ReactNode } from 'react';
import type { CheckedDocument } from '../../core/protocol/document-view.ts';
import { Icon } from '../design/icon.tsx';

interface SourceProps {
  readonly text: string;
  /** Undefined while it is being checked. */
  readonly checked: CheckedDocument | undefined;
}

/** A text with its line numbers, and what is wrong or doubtful below the line where it is. */
export function Source({ text, checked }: SourceProps): ReactNode {
  const { faults, warnings } = checked ?? { faults: [], warnings: [] };
  return (
    <ol className="source">
      {text.split('\n').map((line, index) => (
        // A line is known by its number.
        <li key={index} id={`line-${index + 1}`}>
          <code>{line === '' ? ' ' : line}</code>
          {faults
            .filter((fault) => fault.line === index + 1)
            .map(({ column, message }) => (
              <p key={`${column} ${message}`} className="tone-bad">
                <Icon name="cross" /> Column {column}: {message}
              </p>
            ))}
          {warnings
            .filter((one) => one.line === index + 1)
            .map(({ column, message }) => (
              <p key={`${column} ${message}`} className="tone-warn">
                <Icon name="warn" /> {message}
              </p>
            ))}
        </li>
      ))}
    </ol>
  );
}
