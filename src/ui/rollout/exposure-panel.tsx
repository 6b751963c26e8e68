import type { ReactNode } from 'react';
import type { SeriesView } from '../../core/protocol/guard-series.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { Link, pathTo } from '../shell/router.tsx';
import { Panel } from '../design/panel.tsx';
import { clock } from '../words/time-words.ts';

interface ExposurePanelProps {
  readonly view: RolloutView;
  readonly series: SeriesView | undefined;
}

/** Who is on the new side: what is wanted, what the flag says, what every instance runs. */
export function ExposurePanel({ view, series }: ExposurePanelProps): ReactNode {
  const { exposure, quarantined, route } = view;
  if (route === 'none') {
    return <Panel title="On the new side">Nobody is routed (route: none).</Panel>;
  }
  return (
    <Panel title="On the new side">
      <Bar name="Wanted" value={exposure.wanted} />
      <Bar name="Flag set" value={exposure.set} />
      <Bar name="Acknowledged" value={exposure.acknowledged} />
      <dl className="facts">
        <dt>Requests</dt>
        <dd>{trafficWords(series)}</dd>
        <dt>Peak share</dt>
        <dd>{exposure.peak}%</dd>
        <Flag view={view} />
        {quarantined.length > 0 && (
          <>
            <dt>Sent back alone</dt>
            <dd>
              {quarantined.map(({ unit, guard, probe }) => (
                <div key={unit}>
                  {unit} <span className="muted">{`${guard}, ${probe}`}</span>
                </div>
              ))}
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

/** What the cohorts really did in the last minute: a share of units is not a share of requests. */
function trafficWords(series: SeriesView | undefined): string {
  if (series === undefined) return '–';
  const { canary, baseline } = series.traffic;
  if (canary + baseline === 0) return 'none in the last minute';
  const part = ((100 * canary) / (canary + baseline)).toFixed(1);
  return `${part}% of ${(canary + baseline).toLocaleString('en')} in the last minute`;
}

function Flag({ view: { flag, now } }: { readonly view: RolloutView }): ReactNode {
  if (flag === null) return null;
  return (
    <>
      <dt>Flag</dt>
      <dd>
        <Link to={pathTo('flags', flag.name)} className="link">
          {flag.name}
        </Link>{' '}
        {flag.enabled ? 'on' : 'OFF'}, revision {flag.revision}{' '}
        <span className="muted">
          by {flag.changedBy} at {clock(flag.changedAt, now)}
        </span>
      </dd>
    </>
  );
}

function Bar({ name, value }: { readonly name: string; readonly value: number | null }): ReactNode {
  return (
    <div className="bar-row">
      <span>{name}</span>
      <meter min={0} max={100} value={value ?? 0} aria-label={`${name}: ${value ?? 'unknown'} %`} />
      <span className="bar-value">{value === null ? '?' : `${value}%`}</span>
    </div>
  );
}
