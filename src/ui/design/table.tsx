import type { ReactNode } from 'react';

export interface Column {
  readonly name: string;
  /** Figures stand at the right, so that they can be compared. */
  readonly isNumber?: boolean;
  /** Its cells say enough; the name is for those who do not see them. */
  readonly isUnseen?: boolean;
}

interface TableProps {
  readonly columns: readonly Column[];
  /** `stack`: on a phone each row is a card. `plain`: within a panel, without a frame of its own. */
  readonly look: 'stack' | 'plain';
  /** Says how wide its columns are. */
  readonly className?: string;
  /** The rows belong together in groups: each child is a `tbody` of its own. */
  readonly isGrouped?: boolean;
  /** Rows. */
  readonly children: ReactNode;
}

/** A table with its heading. */
export function Table({ columns, look, className, isGrouped, children }: TableProps): ReactNode {
  return (
    <table className={['table', look, className].filter(Boolean).join(' ')}>
      <thead>
        <tr>
          {columns.map(({ name, isNumber, isUnseen }) => (
            <th key={name} scope="col" className={isNumber === true ? 'number' : undefined}>
              {isUnseen === true ? <span className="unseen">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      {isGrouped === true ? children : <tbody>{children}</tbody>}
    </table>
  );
}
