import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { useRollout, useSeries } from '../api/rollout-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Notice } from '../design/notice.tsx';
import { isOver, needsAttention, reasonOf, stateOf } from '../words/rollout-words.ts';
import { Actions } from './actions.tsx';
import { DataPanel } from './data-panel.tsx';
import { ExposurePanel } from './exposure-panel.tsx';
import { ForecastPanel } from './forecast-panel.tsx';
import { GuardTiles } from './guard-tiles.tsx';
import { InstancesPanel } from './instances-panel.tsx';
import { RollbackPanel } from './rollback-panel.tsx';
import { ApprovalNotice } from './approval-notice.tsx';
import { AlertNotice } from './alert-notice.tsx';
import { StepRail } from './step-rail.tsx';
import { Timeline } from './timeline.tsx';

/** One rollout: what moves, who is on the new side, what the evidence says, what comes next, and why. */
export function RolloutPage({ name }: { readonly name: string }): ReactNode {
  const { data: view, error } = useRollout(name);
  const series = useSeries(name);
  if (view === undefined)
    return error === null ? null : <Notice tone="bad">{error.message}</Notice>;
  return (
    <>
      <Head view={view} />
      {error !== null && <Notice tone="bad">{error.message}; what follows is old.</Notice>}
      <Reason view={view} />
      {view.rollback !== null && (
        <RollbackPanel
          rollback={view.rollback}
          waitsFor={view.phase === 'rolling_back' ? view.waitingFor : null}
          now={view.now}
        />
      )}
      <StepRail view={view} />
      <div className="columns">
        <div className="column-main">
          <GuardTiles view={view} series={series.data} />
          {!isOver(view) && view.route !== 'none' && <ForecastPanel view={view} />}
          <Timeline view={view} />
        </div>
        <div className="column-side">
          <ExposurePanel view={view} series={series.data} />
          <DataPanel view={view} />
          <InstancesPanel view={view} />
        </div>
      </div>
    </>
  );
}

function Head({ view }: { readonly view: RolloutView }): ReactNode {
  const { icon, tone, words } = stateOf(view);
  return (
    <div className="head">
      <h1>{view.policy}</h1>
      <Badge tone={tone} icon={icon}>
        {words}
      </Badge>
      <span className="muted">
        attempt {view.attempt} · revision <span className="mono">{view.policyRevision}</span>
        {view.rebased !== undefined && ` (rebased by ${view.rebased.by})`}
        {view.project !== 'default' && ` · ${view.project}`}
      </span>
      <Actions view={view} />
    </div>
  );
}

/** One sentence that a person who was woken reads first. */
function Reason({ view }: { readonly view: RolloutView }): ReactNode {
  const reason = reasonOf(view);
  const by = view.stop !== null && view.phase !== 'running' ? ` (${view.stop.by})` : '';
  const alerts = view.alerts ?? [];
  return (
    <div className="reasons">
      {reason !== '' && view.rollback === null && (
        <Notice tone={needsAttention(view) ? 'warn' : 'quiet'}>
          <b>{needsAttention(view) ? 'Stands still: ' : 'Waits for: '}</b>
          {reason}
          {by}
        </Notice>
      )}
      {view.approval !== undefined && <ApprovalNotice approval={view.approval} now={view.now} />}
      {!isOver(view) &&
        alerts.map((alert) => <AlertNotice key={alert.id} alert={alert} policy={view.policy} />)}
    </div>
  );
}
