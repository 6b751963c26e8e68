import { type ReactNode, useDeferredValue } from 'react';
import type { FleetPage as Page } from '../../core/protocol/fleet-page.ts';
import { rowsPerPage, useFleet } from '../api/fleet-queries.ts';
import { Chips } from '../design/chips.tsx';
import { Notice } from '../design/notice.tsx';
import { Paging } from '../design/paging.tsx';
import { SearchField } from '../design/search-field.tsx';
import { usePlace } from '../shell/router.tsx';
import { counted } from '../words/counted.ts';
import { FleetTable } from './fleet-table.tsx';

const filters = [
  { key: '', name: 'All', kind: 'all' },
  { key: 'attention', name: 'Needs attention', kind: 'attention' },
  { key: 'moving', name: 'Moving', kind: 'moving' },
  { key: 'over', name: 'Over', kind: 'over' },
] as const;

/** All rollouts: those that want a person first, over all pages. */
export function FleetPage(): ReactNode {
  const { query } = usePlace();
  const search = useDeferredValue(query.get('q') ?? '');
  const offset = Math.max(0, Number(query.get('from') ?? 0) || 0);
  const { data, error } = useFleet({ show: query.get('show') ?? '', search, offset });
  const options = filters.map((one) => ({ ...one, count: data?.counts[one.kind] }));
  return (
    <>
      <div className="head">
        <h1>Rollouts</h1>
        <Chips name="show" legend="Show" options={options} />
        <SearchField label="Search rollouts" placeholder="Name, step, reason" />
      </div>
      {error !== null && <Notice tone="bad">{error.message}</Notice>}
      {data !== undefined && <Found page={data} offset={offset} />}
    </>
  );
}

function Found({ page, offset }: { readonly page: Page; readonly offset: number }): ReactNode {
  const { rows, found, counts, leftOut } = page;
  return (
    <>
      <FleetTable rows={rows} all={counts.all} />
      <Paging offset={offset} shown={rows.length} all={found} step={rowsPerPage} />
      {leftOut > 0 && (
        <p className="muted">
          {counted(leftOut, 'more rollout')} not listed: look them up by their names.
        </p>
      )}
    </>
  );
}
