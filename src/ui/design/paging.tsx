import type { ReactNode } from 'react';
import { setQuery } from '../shell/router.tsx';

interface PagingProps {
  readonly offset: number;
  readonly shown: number;
  readonly all: number;
  /** Rows of a page. */
  readonly step: number;
}

/** Where one is in a long list; which page stands in the address. Nothing where all fits. */
export function Paging({ offset, shown, all, step }: PagingProps): ReactNode {
  if (all <= step && offset === 0) return null;
  const go = (to: number): void => {
    setQuery('from', to <= 0 ? '' : String(to));
    window.scrollTo(0, 0);
  };
  const count = (value: number): string => value.toLocaleString('en');
  return (
    <nav className="paging" aria-label="Pages">
      <button
        type="button"
        className="button"
        disabled={offset === 0}
        onClick={() => go(offset - step)}
      >
        Before
      </button>
      <span>
        {count(shown === 0 ? 0 : offset + 1)}–{count(offset + shown)} of {count(all)}
      </span>
      <button
        type="button"
        className="button"
        disabled={offset + shown >= all}
        onClick={() => go(offset + step)}
      >
        Next
      </button>
    </nav>
  );
}
