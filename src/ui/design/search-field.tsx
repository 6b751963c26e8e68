import type { ReactNode } from 'react';
import { setQuery, usePlace } from '../shell/router.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
}

/** What is searched for stands in the address, so that a view can be sent to a colleague. */
export function SearchField({ label, placeholder }: SearchFieldProps): ReactNode {
  return (
    <input
      type="search"
      className="search"
      placeholder={placeholder}
      aria-label={label}
      value={usePlace().query.get('q') ?? ''}
      onChange={(event) => setQuery('q', event.target.value)}
    />
  );
}
