import { type ReactNode, useEffect } from 'react';
import type { RolloutEventPage } from '../../core/protocol/rollout-event.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { useEventsUntil, useNewestEvents } from '../api/event-queries.ts';
import { Chips } from '../design/chips.tsx';
import { Panel } from '../design/panel.tsx';
import { setQuery, usePlace } from '../shell/router.tsx';
import { TimelineEntry } from './timeline-entry.tsx';

const filters = [
  { key: '', name: 'All', kind: null },
  { key: 'decision', name: 'Decisions', kind: 'decision' },
  { key: 'command', name: 'Commands', kind: 'command' },
  { key: 'alert', name: 'Alerts', kind: 'alert' },
] as const;

/** What happened, newest first: what was decided, what people asked for, what alerts said, each with its why. */
export function Timeline({ view }: { readonly view: RolloutView }): ReactNode {
  const { query } = usePlace();
  const kind = filters.find(({ key }) => key === query.get('kind'))?.kind ?? null;
  const until = Number(query.get('until') ?? '') || null;
  const asked = { rollout: view.id, kind };
  const newest = useNewestEvents(asked);
  const earlier = useEventsUntil(asked, until);
  const { data, error } = until === null ? newest : earlier;
  return (
    <Panel title="Timeline" aside={<Chips name="kind" legend="Show" options={filters} />}>
      {error !== null && <p className="muted">{error.message}.</p>}
      {data !== undefined && <Entries view={view} page={data} meant={query.get('entry')} />}
      {data !== undefined && (data.hasEarlier || until !== null) && (
        <div className="line">
          <button
            type="button"
            className="button"
            disabled={!data.hasEarlier}
            onClick={() => setQuery('until', String((data.events[0]?.at ?? 1) - 1))}
          >
            Earlier
          </button>
          <button
            type="button"
            className="button"
            disabled={until === null}
            onClick={() => setQuery('until', '')}
          >
            Newest
          </button>
        </div>
      )}
    </Panel>
  );
}

interface EntriesProps {
  readonly view: RolloutView;
  readonly page: RolloutEventPage;
  /** The id of the entry that a link led to. */
  readonly meant: string | null;
}

function Entries({ view, page, meant }: EntriesProps): ReactNode {
  const isThere = page.events.some(({ id }) => id === meant);
  useEffect(() => {
    if (isThere && meant !== null) {
      document.getElementById(meant)?.scrollIntoView({ block: 'center' });
    }
  }, [isThere, meant]);
  // Midnight: what stands in the list stays as it is from one answer of the server to the next.
  const today = new Date(view.now).setHours(0, 0, 0, 0);
  if (page.events.length === 0) return <p className="muted">Nothing of this kind yet.</p>;
  return (
    <ol className="timeline">
      {page.events.toReversed().map((event) => (
        <TimelineEntry
          key={event.id}
          rollout={view.id}
          event={event}
          today={today}
          isMeant={event.id === meant}
        />
      ))}
    </ol>
  );
}
