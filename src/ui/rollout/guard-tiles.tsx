import type { ReactNode } from 'react';
import type { GuardSeries, SeriesView } from '../../core/protocol/guard-series.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import type { RolloutEvent } from '../../core/protocol/rollout-event.ts';
import { useNewestEvents } from '../api/event-queries.ts';
import { Badge } from '../design/badge.tsx';
import {
  amount,
  isJudged,
  type Measurement,
  odds,
  seenValue,
  verdictOf,
} from '../words/guard-words.ts';
import { GuardChart } from './guard-chart.tsx';

interface GuardTilesProps {
  readonly view: RolloutView;
  readonly series: SeriesView | undefined;
}

/** The evidence, guard by guard. Once it is over, as it stood at the last decision. */
export function GuardTiles({ view, series }: GuardTilesProps): ReactNode {
  const isJudgedNow = view.guards.length > 0;
  const past = useNewestEvents({ rollout: isJudgedNow ? undefined : view.id, kind: 'decision' });
  const guards = isJudgedNow ? view.guards : lastEvidence(past.data?.events ?? []);
  if (guards.length === 0) return null;
  return (
    <section aria-label="Guards" className="tiles">
      {guards.map((measurement) => (
        <GuardTile
          key={measurement.guard}
          measurement={measurement}
          series={series?.series.find(({ guard }) => guard === measurement.guard)}
          span={series?.spanMs ?? 0}
        />
      ))}
    </section>
  );
}

function lastEvidence(events: readonly RolloutEvent[]): readonly Measurement[] {
  const decisions = events.flatMap((one) => (one.kind === 'decision' ? [one.decision] : []));
  return decisions.findLast(({ guards }) => guards.some(isJudged))?.guards ?? [];
}

interface GuardTileProps {
  readonly measurement: Measurement;
  readonly series: GuardSeries | undefined;
  readonly span: number;
}

function GuardTile({ measurement, series, span }: GuardTileProps): ReactNode {
  const { guard, kind, baseline, limit, unit, samples, reason } = measurement;
  const { icon, tone, words } = verdictOf(measurement);
  const compares = kind === 'compare';
  return (
    <article className="card tile">
      <div className="panel-head">
        <h3>{guard}</h3>
        <Badge tone={tone} icon={icon}>
          {words}
        </Badge>
      </div>
      <dl className="values">
        <div className="value-main">
          <dt>{compares ? 'New' : 'Now'}</dt>
          <dd>{amount(seenValue(measurement), unit)}</dd>
        </div>
        {compares && (
          <div>
            <dt>Old</dt>
            <dd>{amount(baseline, unit)}</dd>
          </div>
        )}
        <div>
          <dt>Limit</dt>
          <dd>{amount(limit, unit)}</dd>
        </div>
        <div>
          <dt>Samples</dt>
          <dd title={compares ? 'new side / old side' : 'windows'}>
            {compares && `${samples.canary.toLocaleString('en')} / `}
            {samples.baseline.toLocaleString('en')}
          </dd>
        </div>
      </dl>
      {series !== undefined && series.points.length > 1 && (
        <GuardChart series={series} limit={limit} span={span} />
      )}
      <p className="tile-reason">{reason}</p>
      <Odds measurement={measurement} />
    </article>
  );
}

/** How strong the evidence is, in odds: what the verdict rests on. */
function Odds({ measurement }: { readonly measurement: Measurement }): ReactNode {
  const { logHarm, logNotWorse, ratio, harmedUnits = [], note } = measurement;
  const words = [
    logHarm !== null && logHarm > 0 ? `for harm ${odds(logHarm)} to 1` : '',
    logNotWorse !== null && logNotWorse > 0 ? `for not worse ${odds(logNotWorse)} to 1` : '',
    ratio === undefined
      ? ''
      : `${ratio.ratio.toFixed(2)} × the old rate (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`,
    harmedUnits.length === 0 ? '' : `harmed: ${harmedUnits.slice(0, 5).join(', ')}`,
    note ?? '',
  ].filter((part) => part !== '');
  return words.length === 0 ? null : <p className="tile-odds">{words.join(' · ')}</p>;
}
