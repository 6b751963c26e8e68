import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { Badge } from '../design/badge.tsx';
import { Link, pathTo } from '../shell/router.tsx';
import { reasonOf, stateOf, stepOf } from '../words/rollout-words.ts';
import { fullTime, span } from '../words/time-words.ts';

interface FleetTableProps {
  readonly views: readonly RolloutView[];
  /** How many there are without any filter. */
  readonly all: number;
}

export function FleetTable({ views, all }: FleetTableProps): ReactNode {
  if (views.length === 0) {
    return (
      <p className="empty">
        {all === 0
          ? 'No rollout yet. Apply a policy and start it: crossfade apply -f policy.yaml, crossfade start NAME.'
          : 'Nothing fits this filter.'}
      </p>
    );
  }
  return (
    <table className="table fleet stack">
      <thead>
        <tr>
          <th scope="col">Rollout</th>
          <th scope="col">State</th>
          <th scope="col">Step</th>
          <th scope="col" className="number">
            Share
          </th>
          <th scope="col">Waiting for</th>
          <th scope="col" className="number">
            Since
          </th>
        </tr>
      </thead>
      <tbody>
        {views.map((view) => (
          <Row key={view.id} view={view} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ view }: { readonly view: RolloutView }): ReactNode {
  const { icon, tone, words } = stateOf(view);
  const since = view.endedAt ?? view.stepEnteredAt;
  return (
    <tr>
      <th scope="row">
        <Link to={pathTo('rollouts', view.policy)}>{view.policy}</Link>
        {view.attempt > 1 && <span className="muted"> attempt {view.attempt}</span>}
      </th>
      <td>
        <Badge tone={tone} icon={icon}>
          {words}
        </Badge>
      </td>
      <td className="nowrap">{stepOf(view)}</td>
      <td className="number">
        <Share view={view} />
      </td>
      <td className="reason">{reasonOf(view)}</td>
      <td className="number muted nowrap optional" title={fullTime(since)}>
        {span(view.now - since)}
      </td>
    </tr>
  );
}

/** The part that is acknowledged, and what is wanted when that is another. */
function Share({ view }: { readonly view: RolloutView }): ReactNode {
  const { wanted, acknowledged } = view.exposure;
  if (view.route === 'none') return <span className="muted">none</span>;
  return (
    <span className="share">
      <meter min={0} max={100} value={acknowledged} aria-label={`${acknowledged} % of the units`} />
      <span>
        {acknowledged}%{wanted !== acknowledged && <span className="muted"> → {wanted}%</span>}
      </span>
    </span>
  );
}
