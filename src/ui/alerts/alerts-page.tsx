import { type ReactNode, useState } from 'react';
import type { AlertConcern, AlertList, ListedAlert } from '../../core/protocol/alert-list.ts';
import { useAlerts } from '../api/alert-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Chips } from '../design/chips.tsx';
import { Notice } from '../design/notice.tsx';
import { SearchField } from '../design/search-field.tsx';
import { Link, pathTo, usePlace } from '../shell/router.tsx';
import { alertName, concernWords } from '../words/alert-words.ts';
import { entryPath } from '../words/event-words.ts';
import { clock, fullTime, span } from '../words/time-words.ts';
import { DismissDialog } from './dismiss-dialog.tsx';
import { SourceLink } from './source-link.tsx';
import { Table } from '../design/table.tsx';

const columns = [
  { name: 'Alert' },
  { name: 'State' },
  { name: 'Summary' },
  { name: 'Rollouts' },
] as const;

const filters = [
  { key: '', name: 'Firing' },
  { key: 'all', name: 'All' },
] as const;

/** What somebody's alerting told of: whom it concerns, what it led to, or that it is nobody's. */
export function AlertsPage(): ReactNode {
  const { query } = usePlace();
  const { data, error } = useAlerts(query.get('show') !== 'all');
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = (data?.alerts ?? []).filter((alert) => matches(alert, words));
  return (
    <>
      <div className="head">
        <h1>Alerts</h1>
        <Chips name="show" legend="Show" options={filters} />
        <SearchField label="Search alerts" placeholder="Name, summary, rollout" />
      </div>
      {error !== null && <Notice tone="bad">{error.message}</Notice>}
      {data !== undefined && <Inbox alerts={found} now={data.now} />}
    </>
  );
}

function matches(alert: ListedAlert, words: readonly string[]): boolean {
  const rollouts = alert.concerns.map(({ rollout }) => rollout);
  const labels = Object.entries(alert.labels).flat();
  const text = [alertName(alert), alert.summary, alert.source, ...rollouts, ...labels]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

interface Dismissing {
  readonly alert: ListedAlert;
  readonly policy: string;
}

function Inbox({ alerts, now }: AlertList): ReactNode {
  const [dismissed, dismiss] = useState<Dismissing | null>(null);
  if (alerts.length === 0) return <p className="empty">No alert fits: nothing to do here.</p>;
  return (
    <>
      <Table look="stack" className="alerts" columns={columns}>
        {alerts.map((alert) => (
          <tr key={alert.id}>
            <th scope="row">
              {alertName(alert)} <span className="muted">{alert.source}</span>
            </th>
            <td>
              <AlertState alert={alert} now={now} />
            </td>
            <td className="reason">
              {alert.summary}
              {alert.link !== null && <SourceLink link={alert.link} />}
            </td>
            <td className="reason">
              {alert.concerns.length === 0 && <span className="muted">concerns none</span>}
              {alert.concerns.map((concern) => (
                <Concern
                  key={concern.rollout}
                  concern={concern}
                  now={now}
                  dismiss={() => dismiss({ alert, policy: concern.policy })}
                />
              ))}
            </td>
          </tr>
        ))}
      </Table>
      {dismissed !== null && <DismissDialog {...dismissed} close={() => dismiss(null)} />}
    </>
  );
}

interface AlertStateProps {
  readonly alert: ListedAlert;
  readonly now: number;
}

function AlertState({ alert, now }: AlertStateProps): ReactNode {
  const { status, startsAt, heardAt, resolvedAt } = alert;
  const since = startsAt ?? heardAt;
  if (status === 'firing') {
    return (
      <Badge tone="bad" icon="bell">
        <span title={fullTime(since)}>Fires {span(now - since)}</span>
      </Badge>
    );
  }
  return (
    <Badge tone="quiet" icon="check">
      {resolvedAt === null ? 'Over' : `Over since ${clock(resolvedAt, now)}`}
    </Badge>
  );
}

interface ConcernProps {
  readonly concern: AlertConcern;
  readonly now: number;
  readonly dismiss: () => void;
}

function Concern({ concern, now, dismiss }: ConcernProps): ReactNode {
  const acts = concern.action === 'rollback' || concern.action === 'hold';
  return (
    <div className="concern">
      <span>
        <Link to={pathTo('rollouts', concern.policy)} className="link">
          {concern.rollout}
        </Link>{' '}
        {concernWords(concern)}
        {concern.did.map((one) => (
          <span key={one.seq} className="muted">
            {' '}
            led to{' '}
            <Link
              to={entryPath(concern.rollout, { id: `decision-${one.seq}`, at: one.at })}
              className="link"
            >
              {one.action} at {clock(one.at, now)}
            </Link>
          </span>
        ))}
      </span>
      {acts && concern.dismissed === undefined && (
        <button type="button" className="quiet" onClick={dismiss}>
          Dismiss<span className="unseen"> for {concern.rollout}</span>
        </button>
      )}
    </div>
  );
}
