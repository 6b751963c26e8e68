import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { useRollouts } from '../api/rollout-queries.ts';
import { Chips } from '../design/chips.tsx';
import { Notice } from '../design/notice.tsx';
import { SearchField } from '../design/search-field.tsx';
import { usePlace } from '../shell/router.tsx';
import { byUrgency, isOver, needsAttention } from '../words/rollout-words.ts';
import { FleetTable } from './fleet-table.tsx';

const filters = [
  { key: '', name: 'All', test: () => true },
  { key: 'attention', name: 'Needs attention', test: needsAttention },
  {
    key: 'moving',
    name: 'Moving',
    test: (view: RolloutView) => !isOver(view) && !needsAttention(view),
  },
  { key: 'over', name: 'Over', test: isOver },
] as const;

/** All rollouts: those that want a person first. */
export function FleetPage(): ReactNode {
  const { data, error } = useRollouts();
  const { query } = usePlace();
  const [filter, search] = [query.get('show') ?? '', query.get('q') ?? ''];
  const all = data ?? [];
  const test = filters.find(({ key }) => key === filter)?.test ?? (() => true);
  const shown = all.filter((view) => test(view) && matches(view, search)).toSorted(byUrgency);
  return (
    <>
      <div className="head">
        <h1>Rollouts</h1>
        <Chips
          name="show"
          legend="Show"
          options={filters.map((one) => ({ ...one, count: all.filter(one.test).length }))}
        />
        <SearchField label="Search rollouts" placeholder="Name, step, reason" />
      </div>
      {error !== null && <Notice tone="bad">{error.message}</Notice>}
      {data !== undefined && <FleetTable views={shown} all={all.length} />}
    </>
  );
}

/** Every word of the search is somewhere in what the row shows. */
function matches(view: RolloutView, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { policy, project, phase, steps, stepIndex, hold, waitingFor, stop } = view;
  const text = [
    policy,
    project,
    phase,
    steps[stepIndex]?.name,
    hold?.reason,
    waitingFor,
    stop?.reason,
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
