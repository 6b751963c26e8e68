import type { ReactNode } from 'react';
import { setQuery, usePlace } from '../shell/router.tsx';

interface ChipsProps {
  /** The field of the address that holds the choice. */
  readonly name: string;
  readonly legend: string;
  readonly options: readonly {
    readonly key: string;
    readonly name: string;
    readonly count?: number | undefined;
  }[];
}

/** One of a few; the choice stands in the address. */
export function Chips({ name, legend, options }: ChipsProps): ReactNode {
  const chosen = usePlace().query.get(name) ?? '';
  return (
    <fieldset className="filters">
      <legend className="unseen">{legend}</legend>
      {options.map((one) => (
        <button
          key={one.key}
          type="button"
          className="chip"
          aria-pressed={one.key === chosen}
          onClick={() => setQuery(name, one.key)}
        >
          {one.name} {one.count !== undefined && <b>{one.count.toLocaleString('en')}</b>}
        </button>
      ))}
    </fieldset>
  );
}
