import type { ReactNode } from 'react';
import type { FeatureView, FlagSummary } from '../../core/protocol/flag-view.ts';
import { useFeatures, useFlags } from '../api/flag-queries.ts';
import { ApiError } from '../api/request.ts';
import { Badge } from '../design/badge.tsx';
import { Notice } from '../design/notice.tsx';
import { SearchField } from '../design/search-field.tsx';
import { Link, pathTo, usePlace } from '../shell/router.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { clock, fullTime } from '../words/time-words.ts';
import { OnOff } from './on-off.tsx';
import { Table } from '../design/table.tsx';

const routeColumns = [
  { name: 'Flag' },
  { name: 'State' },
  { name: 'Share', isNumber: true },
  { name: 'Pinned', isNumber: true },
  { name: 'Kept in' },
  { name: 'Project' },
  { name: 'Last change' },
] as const;

const featureColumns = [
  { name: 'Flag' },
  { name: 'On in' },
  { name: 'Type' },
  { name: 'Project' },
  { name: 'Last change' },
] as const;

/** The flags of the embedded flag service: those of rollouts, and those that people manage. */
export function FlagsPage(): ReactNode {
  const search = (usePlace().query.get('q') ?? '').toLowerCase();
  const [flags, features] = [useFlags(), useFeatures()];
  const fits = ({ name, project }: { name: string; project: string }): boolean =>
    `${name} ${project}`.toLowerCase().includes(search);
  return (
    <>
      <div className="head">
        <h1>Flags</h1>
        <SearchField label="Search flags" placeholder="Name, project" />
      </div>
      <h2 className="section">Of rollouts</h2>
      {flags.error !== null && <Notice tone="bad">{flags.error.message}</Notice>}
      {flags.data !== undefined && <RouteTable flags={flags.data.filter(fits)} />}
      <h2 className="section">Managed by people</h2>
      {features.error !== null && <Refusal error={features.error} />}
      {features.data !== undefined && <FeatureTable features={features.data.filter(fits)} />}
    </>
  );
}

/** Who has no role in every project is not shown all flags of people; that is no fault. */
function Refusal({ error }: { readonly error: Error }): ReactNode {
  const isForbidden = error instanceof ApiError && error.status === 403;
  return <Notice tone={isForbidden ? 'quiet' : 'bad'}>{error.message}</Notice>;
}

function RouteTable({ flags }: { readonly flags: readonly FlagSummary[] }): ReactNode {
  if (flags.length === 0) return <p className="empty">No rollout has a flag here.</p>;
  return (
    <Table look="stack" columns={routeColumns}>
      {flags.map((flag) => (
        <tr key={flag.name}>
          <th scope="row">
            <Link to={pathTo('flags', flag.name)}>{flag.name}</Link>
          </th>
          <td>
            <OnOff on={flag.enabled} />{' '}
            {flag.edited && (
              <Badge tone="warn" icon="person">
                Changed by hand
              </Badge>
            )}
          </td>
          <td className="number">{flag.share}%</td>
          <td className="number optional">{flag.pinned}</td>
          <td className="optional">{flag.provider}</td>
          <td className="optional">{flag.project}</td>
          <Changed by={flag.changedBy} at={flag.changedAt} />
        </tr>
      ))}
    </Table>
  );
}

function FeatureTable({ features }: { readonly features: readonly FeatureView[] }): ReactNode {
  if (features.length === 0) return <p className="empty">No flag is managed by people here.</p>;
  return (
    <Table look="stack" columns={featureColumns}>
      {features.map((feature) => (
        <tr key={feature.name}>
          <th scope="row">
            <Link to={pathTo('features', feature.name)}>{feature.name}</Link>
          </th>
          <td>{onIn(feature) || <span className="muted">nowhere</span>}</td>
          <td className="optional">{feature.type}</td>
          <td className="optional">{feature.project}</td>
          <Changed by={feature.changedBy} at={feature.changedAt} />
        </tr>
      ))}
    </Table>
  );
}

function onIn({ environments }: FeatureView): string {
  return Object.entries(environments)
    .filter(([, { enabled }]) => enabled)
    .map(([name]) => name)
    .join(', ');
}

function Changed({ by, at }: { readonly by: string; readonly at: number }): ReactNode {
  const now = useServerNow(60_000);
  return (
    <td className="muted" title={fullTime(at)}>
      {by}, {clock(at, now)}
    </td>
  );
}
